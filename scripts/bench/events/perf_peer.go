// Reads a perf buffer through cilium/ebpf, as perf_peer.c does it through libbpf.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/perf"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func processor() int64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func main() {
	pages, err := strconv.Atoi(os.Args[2])
	check(err)
	collection, err := ebpf.LoadCollection(os.Args[1])
	check(err)
	wakeup, err := strconv.Atoi(os.Args[3])
	check(err)
	// Some versions of cilium/ebpf (0.9.1) know a number of bytes only.
	options := perf.ReaderOptions{}
	if wakeup > 1 {
		options.Watermark = wakeup * 64
	}
	reader, err := perf.NewReaderWithOptions(collection.Maps["events"], pages*os.Getpagesize(), options)
	check(err)
	send := collection.Programs["send"]
	info, err := send.Info()
	check(err)
	id, _ := info.ID()

	var record perf.Record
	var sum uint64
	read := func(count uint32) {
		for i := uint32(0); i < count; i++ {
			check(reader.ReadInto(&record))
			if record.LostSamples > 0 {
				check(fmt.Errorf("records were lost"))
			}
			sample := record.RawSample
			sum += uint64(binary.LittleEndian.Uint32(sample[32:])) + uint64(binary.LittleEndian.Uint32(sample[36:]))
		}
	}
	var command string
	var number uint32
	for {
		if _, err := fmt.Scan(&command, &number); err != nil {
			return
		}
		switch command {
		case "send":
			var size uint32
			_, err := fmt.Scan(&size)
			check(err)
			_, err = send.Run(&ebpf.RunOptions{Context: uint64(number) | uint64(size)<<32})
			check(err)
			fmt.Println(number)
		case "drain":
			runtime.GC()
			start := time.Now()
			read(number)
			fmt.Printf("%g\n", float64(time.Since(start).Nanoseconds())/float64(number))
		case "follow":
			start := processor()
			fmt.Println(id)
			read(number)
			fmt.Printf("%g\n", float64(processor()-start)/float64(number))
		}
	}
}
