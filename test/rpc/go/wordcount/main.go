// The word-count server and client of the slides, as two processes.
//
//	wordcount server localhost:8888
//	wordcount client localhost:8888 hello bye hello
//
// From the slides, word for word: the three types, Compute, Listen, makeRequest, and the last
// three lines of client. Glue of ours: checkError, which the slides call but do not show, and
// main, which the slides have run both halves in one process.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/rpc"
	"os"
	"strings"
)

type WordCountServer struct {
	addr string
}

type WordCountRequest struct {
	Input string
}

type WordCountReply struct {
	Counts map[string]int
}

func (*WordCountServer) Compute(
	request WordCountRequest,
	reply *WordCountReply) error {
	counts := make(map[string]int)
	input := request.Input
	tokens := strings.Fields(input)
	for _, t := range tokens {
		counts[t] += 1
	}
	reply.Counts = counts
	return nil
}

func (server *WordCountServer) Listen() {
	rpc.Register(server)
	listener, err := net.Listen("tcp", server.addr)
	checkError(err)
	go func() {
		rpc.Accept(listener)
	}()
}

func makeRequest(input string, serverAddr string) (map[string]int, error) {
	client, err := rpc.Dial("tcp", serverAddr)
	checkError(err)
	args := WordCountRequest{input}
	reply := WordCountReply{make(map[string]int)}
	err = client.Call("WordCountServer.Compute", args, &reply)
	if err != nil {
		return nil, err
	}
	return reply.Counts, nil
}

func checkError(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	role, serverAddr := os.Args[1], os.Args[2]
	if role == "server" {
		server := WordCountServer{serverAddr}
		server.Listen()
		fmt.Println("listening")
		io.Copy(io.Discard, os.Stdin) // until whoever started us closes it
		return
	}
	input1 := strings.Join(os.Args[3:], " ")
	wordcount, err := makeRequest(input1, serverAddr)
	checkError(err)
	fmt.Printf("Result: %v\n", wordcount)
}
