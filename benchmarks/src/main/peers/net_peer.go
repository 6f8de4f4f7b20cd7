// Servers in Go, on one processor: `net_peer_go echo|tls|http|idle CERTIFICATE KEY` says `port NUMBER` and serves until its input ends.
package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
)

func echo(connection net.Conn, piece int) {
	defer connection.Close()
	buffer := make([]byte, piece)
	for {
		n, err := connection.Read(buffer)
		if err != nil {
			return
		}
		if _, err := connection.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	service, certificate, key := os.Args[1], os.Args[2], os.Args[3]
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	piece := 64 * 1024
	switch service {
	case "tls":
		pair, err := tls.LoadX509KeyPair(certificate, key)
		if err != nil {
			panic(err)
		}
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}})
	case "idle":
		piece = 4096
	}
	go func() {
		if service == "http" {
			http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/plain; charset=utf-8")
				io.WriteString(w, "Hello, World!")
			})
			panic(http.Serve(listener, nil))
		}
		for {
			connection, err := listener.Accept()
			if err != nil {
				panic(err)
			}
			go echo(connection, piece)
		}
	}()
	fmt.Printf("port %d\n", port)
	io.Copy(io.Discard, os.Stdin)
}
