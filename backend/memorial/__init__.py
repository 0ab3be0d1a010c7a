"""Remembering (网上祭扫、殡葬服务): halls for the dead, tributes, farewells, days of remembrance, burial services."""
