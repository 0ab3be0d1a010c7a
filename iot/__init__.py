"""The device entrance: the MQTT hub, the HTTP ingest, the decoders and the simulator."""
