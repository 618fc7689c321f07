# HTTP/1.0, HTTP/1.1 and HTTP/2 without TLS: nginx, curl, nc.
# Needs nginx, curl, nc.

www=$tmp/www
mkdir -p "$www/private"
echo '<html><body>A small page.</body></html>' >"$www/index.html"
seq 1 3000 >"$www/long.txt"
seq 1 400 >"$www/words.css"
printf '{"name":"netpeek","numbers":[1,2.5,-3e4],"nested":{"yes":true,"no":false,"nothing":null}}' >"$www/data.json"
printf '<?xml version="1.0"?><list><item id="1">one</item></list>' >"$www/list.xml"
printf '<html><!--#echo var="DOCUMENT_URI" --></html>\n' >"$www/page.shtml"
# A PNG of one transparent pixel.
base64 -d >"$www/dot.png" <<<iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==
echo 'user:{PLAIN}secret' >"$www/.passwords"
touch -d 2020-01-01T00:00Z "$www"/*.*
chmod -R a+rX "$www"

cat >"$tmp/nginx.conf" <<END
daemon off;
worker_processes 1;
error_log $tmp/nginx.error;
pid $tmp/nginx.pid;
events {}
http {
    access_log off;
    client_body_temp_path $tmp/body;
    proxy_temp_path $tmp/proxy;
    fastcgi_temp_path $tmp/fastcgi;
    uwsgi_temp_path $tmp/uwsgi;
    scgi_temp_path $tmp/scgi;
    types { text/html html shtml; text/css css; text/plain txt; application/json json; text/xml xml; image/png png; }
    server {
        listen 80;
        root $www;
        location / { }
        location ~ shtml { ssi on; }
        location ~ css { gzip on; gzip_types text/css; }
        location /private/ { auth_basic "members"; auth_basic_user_file $www/.passwords; }
        location /old { return 301 /index.html; }
        location /post { client_max_body_size 8k; return 200 "thanks\n"; }
        location /files/ { alias $tmp/files/; dav_methods PUT DELETE MKCOL; create_full_put_path on; }
        location /down { proxy_pass http://127.0.0.1:9; }
    }
    server { listen 8080 http2; root $www; }
}
END
mkdir -p "$tmp/files"
chmod 777 "$tmp/files"

# What the server answers is for the capture, and so is whether curl likes it.
get() { at a curl -s --max-time 5 "$@" >"$tmp/answer" || :; }
site=http://192.0.2.2

pair
start b nginx -c "$tmp/nginx.conf"
until_true listens b 80

# The first request each server meets resolves addresses; ARP is told in arp.pcap.
at a ping -c 1 -q 192.0.2.2 >"$tmp/ping"

record http.pcap a eth0 tcp
get $site/
get -0 $site/index.html
get -I $site/long.txt
get $site/missing
get $site/old
get -d 'name=value&other=1' $site/post
get -H 'Content-Type: application/json' -d '{"ask":true}' $site/post
get -F 'note=<make.sh' -F 'file=@README.md;type=text/plain' -H 'Expect:' $site/post
get -X OPTIONS $site/
get -X DELETE $site/files/nothing
get $site/down
recorded

record http-types.pcap a eth0 tcp
get $site/data.json $site/list.xml $site/dot.png $site/words.css $site/page.shtml
recorded

record http-chunked.pcap a eth0 tcp
get $site/page.shtml
get -0 $site/page.shtml
get -H 'Transfer-Encoding: chunked' -d 'sent at a chunk' $site/post
recorded

record http-gzip.pcap a eth0 tcp
get --compressed $site/words.css
recorded

record http-keepalive.pcap a eth0 tcp
get $site/ $site/list.xml $site/missing
printf 'GET / HTTP/1.1\r\nHost: b\r\n\r\nHEAD /list.xml HTTP/1.1\r\nHost: b\r\n\r\nGET /data.json HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n' |
    at a nc -q 1 192.0.2.2 80 >"$tmp/answer"
recorded

record http-large.pcap a eth0 tcp
get $site/long.txt
get -r 100-3000 $site/long.txt
get -r 0-9,20-29 $site/long.txt
recorded

record http-upload.pcap a eth0 tcp
get -T "$www/long.txt" $site/files/deep/long.txt
get -T "$www/long.txt" -H 'Expect: 100-continue' $site/post
get -X DELETE $site/files/deep/long.txt
recorded

record http-conditional.pcap a eth0 tcp
get -z "$www/index.html" $site/index.html
get -u user:wrong $site/private/
get -u user:secret $site/private/
get -b 'session=1; theme=dark' -e $site/ -A 'Mozilla/5.0 (X11; Linux x86_64)' $site/index.html
recorded

record http-oddities.pcap a eth0 tcp
for request in 'GET /\r\n' 'nonsense\r\n\r\n' 'GET / HTTP/3.7\r\n\r\n' 'GET / HTTP/1.1\r\n\r\n' 'GET /\x01 HTTP/1.0\r\n\r\n' \
    'POST /post HTTP/1.1\r\nHost: b\r\nContent-Length: twelve\r\n\r\n' 'GET / HTTP/1.1\nHost: b\nConnection: close\n\n' \
    'PROPFIND / HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n' '\x16\x03\x01'; do
    printf "$request" | at a nc -q 1 -w 1 192.0.2.2 80 >"$tmp/answer"
done
# The request line in three pieces, each in a segment of its own.
(printf 'GET /list'; sleep 0.1; printf '.xml HTTP/1.1\r\nHost: b\r\nConn'; sleep 0.1; printf 'ection: close\r\n\r\n') |
    at a nc -q 1 192.0.2.2 80 >"$tmp/answer"
recorded

record http2.pcap a eth0 tcp
for page in "" data.json missing long.txt; do
    get --http2-prior-knowledge $site:8080/$page
done
get --http2 $site:80/
get --http2-prior-knowledge -d 'a=b' $site:8080/index.html
recorded

# The other port that HTTP is known on, and one that nothing is known of.
record http-otherport.pcap a eth0 tcp
start b python3 -m http.server -d "$www" 5001
until_true listens b 5001
get $site:5001/list.xml
recorded
