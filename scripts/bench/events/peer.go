// Reads a ring buffer through cilium/ebpf, as peer.c does it through libbpf:
//
//	into SIZE   drains with ReadInto
//	read SIZE   drains with Read and binary.Read, as its documentation shows
//	lease SIZE  drains with the records where they are
//	follow COUNT  reads what is streamed with ReadInto
//	wait COUNT    waits in Read
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/ringbuf"
	"golang.org/x/sys/unix"
)

type event struct {
	Time     uint64
	Sequence uint64
	Name     [16]byte
	Pid      uint32
	Cpu      uint32
	_        [24]byte
}

type order struct {
	Count, Size uint32
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Drains this many records and returns the sum of their numbers.
type drain func(count int) uint64

func readInto(reader *ringbuf.Reader) drain {
	var record ringbuf.Record
	return func(count int) (sum uint64) {
		for i := 0; i < count; i++ {
			check(reader.ReadInto(&record))
			sample := record.RawSample
			sum += uint64(binary.LittleEndian.Uint32(sample[32:])) + uint64(binary.LittleEndian.Uint32(sample[36:]))
		}
		return sum
	}
}

func read(reader *ringbuf.Reader) drain {
	return func(count int) (sum uint64) {
		var event event
		for i := 0; i < count; i++ {
			record, err := reader.Read()
			check(err)
			check(binary.Read(bytes.NewBuffer(record.RawSample), binary.LittleEndian, &event))
			sum += uint64(event.Pid) + uint64(event.Cpu)
		}
		return sum
	}
}

func monotonic() uint64 {
	var now syscall.Timespec
	_, _, errno := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, 1, uintptr(unsafe.Pointer(&now)), 0)
	if errno != 0 {
		check(errno)
	}
	return uint64(now.Nano())
}

func main() {
	bytes, err := strconv.ParseUint(os.Args[2], 10, 32)
	check(err)
	spec, err := ebpf.LoadCollectionSpec(os.Args[1])
	check(err)
	spec.Maps["events"].MaxEntries = uint32(bytes)
	for _, program := range spec.Programs {
		// Some versions of cilium/ebpf (0.9.1) do not set the flag that this type requires.
		if program.Type == ebpf.Syscall {
			program.Flags |= unix.BPF_F_SLEEPABLE
		}
	}
	collection, err := ebpf.NewCollection(spec)
	check(err)
	reader, err := ringbuf.NewReader(collection.Maps["events"])
	check(err)
	send, err := collection.Programs["send"].Info()
	check(err)
	id, _ := send.ID()
	stream, err := collection.Programs["stream"].Info()
	check(err)
	streamId, _ := stream.ID()
	drains := map[string]drain{"into": readInto(reader), "read": read(reader)}

	var command string
	var number uint32
	for {
		if _, err := fmt.Scan(&command, &number); err != nil {
			return
		}
		if command == "wait" {
			wait(reader, uint32(id), number)
			continue
		}
		if command == "follow" {
			follow(reader, uint32(streamId), number)
			continue
		}
		if command == "lease" && drains["lease"] == nil {
			// A reader caches its position, so two readers of a ring must run one after the other.
			check(reader.Close())
			drains = map[string]drain{"lease": lease(collection.Maps["events"])}
		}
		order := order{uint32(bytes) / (number + 8), number}
		_, err = collection.Programs["fill_and_wake"].Run(&ebpf.RunOptions{Context: order})
		check(err)
		runtime.GC()
		start := time.Now()
		sum := drains[command](int(order.Count))
		spent := time.Since(start)
		count := uint64(order.Count)
		if sum != count*(count-1)/2+count {
			fmt.Fprintln(os.Stderr, "sum", sum)
			os.Exit(1)
		}
		fmt.Printf("%g\n", float64(spent.Nanoseconds())/float64(count))
	}
}

func processor() int64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func follow(reader *ringbuf.Reader, id uint32, count uint32) {
	read := readInto(reader)
	start := processor()
	fmt.Println(id)
	read(int(count))
	fmt.Printf("%g\n", float64(processor()-start)/float64(count))
}

func wait(reader *ringbuf.Reader, id uint32, count uint32) {
	fmt.Println(id)
	var record ringbuf.Record
	late := make([]uint64, count)
	for i := range late {
		check(reader.ReadInto(&record))
		late[i] = monotonic() - binary.LittleEndian.Uint64(record.RawSample)
	}
	for _, one := range late {
		fmt.Print(one, " ")
	}
	fmt.Println()
}
