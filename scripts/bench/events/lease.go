//go:build lease

package main

import (
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/ringbuf"
)

func lease(events *ebpf.Map) drain {
	reader, err := ringbuf.NewRawReader(events)
	check(err)
	return func(count int) (sum uint64) {
		check(reader.WithLease(func(lease ringbuf.Lease) error {
			for i := 0; i < count; i++ {
				sample, _, err := lease.ReadSample()
				if err != nil {
					return err
				}
				event := (*event)(unsafe.Pointer(unsafe.SliceData(sample)))
				sum += uint64(event.Pid) + uint64(event.Cpu)
			}
			lease.Commit()
			return nil
		}))
		return sum
	}
}
