package credenza

import (
	"container/heap"
	"sync"
)

// replays is a bounded set of names of things that may be used once, each until its time (RFC 9449 section 11.1). When
// it is full of living names, further ones are refused: forgetting one would let it be used again.
type replays struct {
	capacity int64

	mutex sync.Mutex
	names map[[32]byte]struct{}
	ends  ends
}

type end struct {
	until int64
	name  [32]byte
}

// ends tell when each name may be forgotten, soonest first.
type ends []end

func (ends ends) Len() int                 { return len(ends) }
func (ends ends) Less(one, other int) bool { return ends[one].until < ends[other].until }
func (ends ends) Swap(one, other int)      { ends[one], ends[other] = ends[other], ends[one] }

func (ends *ends) Push(item any) {
	if item, isEnd := item.(end); isEnd {
		*ends = append(*ends, item)
	}
}

func (ends *ends) Pop() any {
	last := (*ends)[len(*ends)-1]
	*ends = (*ends)[:len(*ends)-1]
	return last
}

func newReplays(capacity int64) *replays {
	return &replays{capacity: capacity, names: map[[32]byte]struct{}{}}
}

// isFirstUse takes note of a name until a time, after which the caller refuses it by itself. false when it is known, or
// there is no room.
func (replays *replays) isFirstUse(name [32]byte, until, now int64) bool {
	replays.mutex.Lock()
	defer replays.mutex.Unlock()
	for len(replays.ends) > 0 && replays.ends[0].until < now {
		delete(replays.names, replays.ends[0].name)
		heap.Pop(&replays.ends)
	}
	if _, isKnown := replays.names[name]; isKnown || int64(len(replays.names)) >= replays.capacity {
		return false
	}
	replays.names[name] = struct{}{}
	heap.Push(&replays.ends, end{until, name})
	return true
}
