package main

import "sync"

// isLetter holds of ASCII letters, and of all bytes of longer UTF-8 sequences: in this corpus
// those are letters.
var isLetter = func() (table [256]bool) {
	for b := range table {
		table[b] = b >= 0x80 || 'a' <= b|0x20 && b|0x20 <= 'z'
	}
	return
}()

// countBytes lets so many goroutines take one file after the other, each with its own counts.
func countBytes(goroutines int, files []string) map[string]*int {
	queue := make(chan string, len(files))
	for _, file := range files {
		queue <- file
	}
	close(queue)
	parts := make([]map[string]*int, goroutines)
	var all sync.WaitGroup
	for i := range parts {
		parts[i] = map[string]*int{}
		all.Add(1)
		go func(counts map[string]*int) {
			defer all.Done()
			for file := range queue {
				countContent(readFile(file), counts)
			}
		}(parts[i])
	}
	all.Wait()
	for _, part := range parts[1:] {
		for word, count := range part {
			add(parts[0], []byte(word), *count)
		}
	}
	return parts[0]
}

func countContent(content []byte, counts map[string]*int) {
	for at := 0; at < len(content); {
		for at < len(content) && !isLetter[content[at]] {
			at++
		}
		begin := at
		for at < len(content) && isLetter[content[at]] {
			at++
		}
		if at > begin {
			add(counts, content[begin:at], 1)
		}
	}
}

func add(counts map[string]*int, word []byte, count int) {
	if sum := counts[string(word)]; sum != nil {
		*sum += count
		return
	}
	first := count
	counts[string(word)] = &first
}
