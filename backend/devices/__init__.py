"""Devices: the vocabulary they are translated into, their registry, intake and provisioning."""
