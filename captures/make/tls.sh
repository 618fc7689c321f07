# TLS 1.0 to 1.3: nginx and curl; openssl's own server and client for what those do not do.
# Needs nginx, curl, openssl, nc.

certs=$tmp/certs
mkdir -p "$certs" "$tmp/secret"
# Debian's openssl.cnf forbids what is old; here it is wanted.
export OPENSSL_CONF=/dev/null
certificate() { # NAME KEYTYPE...
    openssl req -x509 -newkey "${@:2}" -nodes -keyout "$certs/$1.key" -out "$certs/$1.crt" -days 3650 \
        -subj "/O=netpeek/CN=$1" -addext "subjectAltName=DNS:$1,DNS:www.$1" 2>"$tmp/log"
}
certificate b.example ec -pkeyopt ec_paramgen_curve:P-256
certificate rsa.example rsa:2048
certificate a.example ed25519
seq 1 2500 >"$tmp/secret/long.txt"
echo secret >"$tmp/secret/index.html"
chmod -R a+rX "$tmp/secret"

cat >"$tmp/nginx-tls.conf" <<END
daemon off;
worker_processes 1;
error_log $tmp/nginx.error;
pid $tmp/nginx-tls.pid;
events {}
http {
    access_log off;
    client_body_temp_path $tmp/body;
    proxy_temp_path $tmp/proxy;
    fastcgi_temp_path $tmp/fastcgi;
    uwsgi_temp_path $tmp/uwsgi;
    scgi_temp_path $tmp/scgi;
    ssl_certificate $certs/b.example.crt;
    ssl_certificate_key $certs/b.example.key;
    ssl_certificate $certs/rsa.example.crt;
    ssl_certificate_key $certs/rsa.example.key;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_ciphers ALL:@SECLEVEL=0;
    ssl_session_cache shared:all:1m;
    root $tmp/secret;
    server { listen 443 ssl http2; server_name b.example; }
}
END

fetch() { at a curl -sk --max-time 5 --connect-to ::192.0.2.2: --http1.1 "$@" >"$tmp/answer" || :; }
# client OPTION...: openssl's client, which says Q after half a second.
client() { (sleep 0.5; echo Q) | at a openssl s_client -connect 192.0.2.2:4433 "$@" >"$tmp/answer" 2>&1 || :; }
# server OPTION...: openssl's server, for the next client.
server() {
    start b openssl s_server -accept 4433 -cert "$certs/b.example.crt" -key "$certs/b.example.key" ${serves--www} "$@"
    until_true listens b 4433
}
server_ends() {
    local last=$((${#started[@]} - 1))
    kill "${started[last]}"
    wait "${started[last]}" || :
    unset "started[last]"
}

pair
start b nginx -c "$tmp/nginx-tls.conf"
until_true listens b 443
at a ping -c 1 -q 192.0.2.2 >"$tmp/ping"

for version in 1.0 1.1 1.2 1.3; do
    record "tls$version.pcap" a eth0 tcp
    fetch "--tlsv$version" --tls-max $version --ciphers 'ALL:@SECLEVEL=0' https://b.example/
    recorded
done

record tls-large.pcap a eth0 tcp
fetch https://b.example/long.txt
fetch --tls-max 1.2 https://b.example/long.txt
recorded

record tls-http2.pcap a eth0 tcp
fetch --http2 https://b.example/ https://b.example/missing
recorded

record tls-sni.pcap a eth0 tcp
fetch https://www.b.example/
fetch https://192.0.2.2/
fetch https://xn--mnchen-3ya.example/
# No certificate the client would trust: it says so and goes.
at a curl -s --connect-to ::192.0.2.2: https://b.example/ || :
recorded

record tls-resumption.pcap a eth0 tcp
for version in tls1_2 tls1_3; do
    (sleep 0.3; printf 'GET / HTTP/1.0\r\n\r\n'; sleep 0.3) | at a openssl s_client -$version -connect 192.0.2.2:443 \
        -servername b.example -ign_eof -sess_out "$tmp/session" >"$tmp/answer" 2>&1 || :
    (sleep 0.3; printf 'GET / HTTP/1.0\r\n\r\n'; sleep 0.3) | at a openssl s_client -$version -connect 192.0.2.2:443 \
        -servername b.example -ign_eof -sess_in "$tmp/session" >"$tmp/answer" 2>&1 || :
done
recorded

# RSA key exchange, anonymous and CBC ciphers, and a port not known for TLS.
record tls-oddities.pcap a eth0 tcp
server -cipher 'ALL:@SECLEVEL=0' -tls1_2 -cert2 "$certs/rsa.example.crt" -key2 "$certs/rsa.example.key" -servername rsa.example
client -tls1_2 -cipher 'AES128-SHA:@SECLEVEL=0' -servername rsa.example
client -tls1_2 -cipher 'ADH-AES128-SHA:@SECLEVEL=0' -noservername
client -tls1_2 -cipher 'ECDHE-ECDSA-CHACHA20-POLY1305' -servername b.example
# Nothing in common: an alert.
client -tls1_2 -cipher 'CAMELLIA128-SHA:@SECLEVEL=0'
client -tls1_3
server_ends
# Who are you: the server asks for the client's certificate, in both manners.
server -Verify 1 -CAfile "$certs/a.example.crt"
client -tls1_2 -cert "$certs/a.example.crt" -key "$certs/a.example.key"
client -tls1_3 -cert "$certs/a.example.crt" -key "$certs/a.example.key"
client -tls1_3
server_ends
# The client's key share is not one the server likes: HelloRetryRequest.
server -groups P-521
client -tls1_3 -groups X25519:P-521
server_ends
# A key shared beforehand, and ALPN.
server -psk 6e65747065656b -alpn h2,http/1.1 -nocert -tls1_3
client -psk 6e65747065656b -alpn http/1.1,spdy/1 -tls1_3
server_ends
# Records of 512 bytes at most.
server -split_send_frag 512 -max_send_frag 512
client -maxfraglen 512 -tls1_2
server_ends
# Early data.
serves= server -early_data -max_early_data 16384
printf 'GET / HTTP/1.0\r\n\r\n' >"$tmp/early.txt"
client -tls1_3 -sess_out "$tmp/early"
client -tls1_3 -sess_in "$tmp/early" -early_data "$tmp/early.txt"
server_ends
recorded

record tls-renegotiation.pcap a eth0 tcp
server -tls1_2 -client_renegotiation
(sleep 0.3; echo R; sleep 0.3; echo Q) | at a openssl s_client -connect 192.0.2.2:4433 -tls1_2 >"$tmp/answer" 2>&1 || :
server_ends
# Key updates of TLS 1.3, asked for and not.
server -tls1_3
(sleep 0.3; echo K; sleep 0.2; echo k; sleep 0.3; echo Q) | at a openssl s_client -connect 192.0.2.2:4433 -tls1_3 >"$tmp/answer" 2>&1 || :
server_ends
recorded

# Not TLS at all on TLS's port, and TLS on HTTP's.
record tls-confused.pcap a eth0 tcp
at a curl -s --max-time 2 http://192.0.2.2:443/ >"$tmp/answer" || :
printf 'hello?\r\n' | at a nc -q 1 -w 1 192.0.2.2 443 >"$tmp/answer" || :
start b timeout 2 nc -l -p 80
until_true listens b 80
at a curl -sk --max-time 1 https://192.0.2.2:80/ >"$tmp/answer" || :
recorded

record dtls.pcap a eth0 udp
for version in dtls1 dtls1_2; do
    start b openssl s_server -$version -cipher 'ALL:@SECLEVEL=0' -accept 4433 -cert "$certs/b.example.crt" -key "$certs/b.example.key"
    until_true listens b 4433
    (sleep 0.4; echo hello; sleep 0.2; echo Q) | at a openssl s_client -$version -cipher 'ALL:@SECLEVEL=0' \
        -connect 192.0.2.2:4433 >"$tmp/answer" 2>&1 || :
    server_ends
done
recorded
unset OPENSSL_CONF
