// Go's own net/rpc as a peer of the benchmark: "serve gob", "serve jsonrpc", and the same
// with "connect" and a port. It talks with the benchmark in JSON lines over stdin and stdout,
// as peer-process.ts does, and ends when stdin does.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
)

type Args struct{ A, B int }

type Arith int

func (*Arith) Add(args *Args, reply *int) error {
	*reply = args.A + args.B
	return nil
}

func (*Arith) Echo(text string, reply *string) error {
	*reply = text
	return nil
}

func (*Arith) EchoBytes(data []byte, reply *[]byte) error {
	*reply = data
	return nil
}

func main() {
	log.SetFlags(0)
	role, codec := os.Args[1], os.Args[2]
	questions := bufio.NewScanner(os.Stdin)
	if role == "serve" {
		say(map[string]any{"port": serve(codec)})
		for questions.Scan() {
		}
		return
	}
	client := connect(codec, os.Args[3])
	say(map[string]any{"isConnected": true})
	for questions.Scan() {
		var load Load
		if err := json.Unmarshal(questions.Bytes(), &load); err != nil {
			log.Fatal(err)
		}
		say(runLoad(client, load))
	}
}

func say(value any) {
	line, err := json.Marshal(value)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(line))
}

func serve(codec string) int {
	if err := rpc.Register(new(Arith)); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if codec == "gob" {
				go rpc.ServeConn(conn)
			} else {
				go jsonrpc.ServeConn(conn)
			}
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

func connect(codec, port string) *rpc.Client {
	conn, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	if codec == "gob" {
		return rpc.NewClient(conn)
	}
	return jsonrpc.NewClient(conn)
}
