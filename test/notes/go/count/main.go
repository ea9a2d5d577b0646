// Counting words with Go's net/rpc: what the lecture notes show beside our TypeScript. Both
// ends are in one process here; over the wire they speak gob, as ours can.
package main

import (
	"fmt"
	"log"
	"net"
	"net/rpc"
	"strings"
)

type Words struct{}

// #region method
func (Words) Count(text string, reply *map[string]int) error {
	counts := map[string]int{}
	for _, word := range strings.Fields(text) {
		counts[word]++
	}
	*reply = counts
	return nil
}

// #endregion

func serve(listener net.Listener) {
	// #region serve
	server := rpc.NewServer()
	server.Register(Words{})
	go server.Accept(listener)
	// #endregion
}

func count(client *rpc.Client, text string) (map[string]int, error) {
	// #region call
	var counts map[string]int
	err := client.Call("Words.Count", text, &counts)
	return counts, err
	// #endregion
}

func countAtOnce(client *rpc.Client, texts []string) int {
	// #region go
	done := make(chan *rpc.Call, len(texts))
	for _, text := range texts {
		client.Go("Words.Count", text, new(map[string]int), done)
	}
	words := 0
	for range texts {
		call := <-done // in the order of the ends
		words += len(*call.Reply.(*map[string]int))
	}
	// #endregion
	return words
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	serve(listener)
	client, err := rpc.Dial("tcp", listener.Addr().String())
	check(err)
	counts, err := count(client, "to be or not to be")
	check(err)
	fmt.Println(counts)
	fmt.Println(countAtOnce(client, []string{"one", "one two", "one two three"}))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
