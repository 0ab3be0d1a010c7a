#!/bin/sh
# Makes what compose.yaml needs and no repository may hold: secrets, a private authority for the devices, county.env.
# Runs twice harmlessly: what exists stays.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets certs

# Give the value on standard input; the file is written once.
once() {
    if [ ! -s "$1" ]; then cat > "$1"; else cat > /dev/null; fi
}

openssl rand -hex 24 | once secrets/postgres_password
openssl rand -hex 24 | once secrets/mqtt_hub_password
openssl rand -hex 32 | once secrets/secret_key
printf '%s:%s\n' "$(date +%Y%m)" "$(openssl rand -base64 32)" | once secrets/field_keys
openssl rand -base64 32 | once secrets/index_key
printf 'postgresql://shouwang:%s@postgres/shouwang\n' "$(cat secrets/postgres_password)" | once secrets/database_url
printf 'mqtts://hub:%s@mosquitto:8883\n' "$(cat secrets/mqtt_hub_password)" | once secrets/mqtt_url

host="${1:-shouwang.example.gov.cn}"
if [ ! -s certs/ca.crt ]; then
    openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj "/CN=Shouwang device authority" \
        -keyout secrets/ca.key -out certs/ca.crt 2> /dev/null
    openssl req -newkey rsa:3072 -nodes -subj "/CN=$host" -keyout certs/server.key -out certs/server.csr 2> /dev/null
    printf 'subjectAltName=DNS:%s,DNS:mosquitto,DNS:localhost\n' "$host" > certs/server.ext
    openssl x509 -req -days 825 -in certs/server.csr -CA certs/ca.crt -CAkey secrets/ca.key -CAcreateserial \
        -extfile certs/server.ext -out certs/server.crt 2> /dev/null
    rm certs/server.csr certs/server.ext
fi
# Containers read these as their own users; the folder itself is closed to others.
chmod 644 certs/* secrets/database_url secrets/mqtt_url secrets/secret_key secrets/field_keys secrets/index_key \
    secrets/postgres_password

[ -e county.env ] || sed "s#https://shouwang.example.gov.cn#https://$host#" county.env.example > county.env
echo "Ready: check county.env, put nginx's public certificate into certs/ if you have one, then: docker compose up -d"
