//go:build !lease

package main

import "github.com/cilium/ebpf"

func lease(_ *ebpf.Map) drain {
	return nil
}
