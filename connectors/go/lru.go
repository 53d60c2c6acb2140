package credenza

import (
	"container/list"
	"iter"
)

// lru is a bounded cache by SHA-256 that forgets what was used least recently. It is not safe for several goroutines.
type lru[Value any] struct {
	size    int
	entries map[[32]byte]*list.Element
	// order has the entry that was used last in front.
	order list.List
}

type lruEntry[Value any] struct {
	name  [32]byte
	value Value
}

func newLRU[Value any](size int) *lru[Value] {
	return &lru[Value]{size: size, entries: map[[32]byte]*list.Element{}}
}

func (cache *lru[Value]) get(name [32]byte) (value Value, found bool) {
	element, found := cache.entries[name]
	if !found {
		return value, false
	}
	cache.order.MoveToFront(element)
	entry, found := element.Value.(*lruEntry[Value])
	if !found {
		return value, false
	}
	return entry.value, true
}

func (cache *lru[Value]) remove(name [32]byte) {
	if element, found := cache.entries[name]; found {
		cache.order.Remove(element)
		delete(cache.entries, name)
	}
}

// values are all of them, the one that was used last first.
func (cache *lru[Value]) values() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for element := cache.order.Front(); element != nil; element = element.Next() {
			if entry, found := element.Value.(*lruEntry[Value]); found && !yield(entry.value) {
				return
			}
		}
	}
}

func (cache *lru[Value]) put(name [32]byte, value Value) {
	if old, found := cache.entries[name]; found {
		cache.order.Remove(old)
	} else if cache.order.Len() >= cache.size {
		last := cache.order.Back()
		if entry, found := cache.order.Remove(last).(*lruEntry[Value]); found {
			delete(cache.entries, entry.name)
		}
	}
	cache.entries[name] = cache.order.PushFront(&lruEntry[Value]{name, value})
}
