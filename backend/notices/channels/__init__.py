"""Adapters to the outside: one message in, one outcome out, in bounded time; no database, no Flask."""
