package credenza

import "math"

// retryAfter is how long after a failed fetch the next may be made, in seconds.
const retryAfter = 5

// attempts are when something was last fetched, and what to do about it now.
type attempts struct {
	// endedAt is when the last attempt ended, where hasEnded.
	endedAt  int64
	hasEnded bool
	// failed is why it failed, if it did.
	failed *Trouble
	// offeredAt is when a fetch in the background was last asked for, where wasOffered.
	offeredAt  int64
	wasOffered bool
}

func (attempts *attempts) ended(failed *Trouble, now int64) {
	attempts.endedAt, attempts.hasEnded, attempts.failed, attempts.wasOffered = now, true, failed, false
}

// justFailed tells whether an attempt failed so recently that another would be useless.
func (attempts *attempts) justFailed(now int64) bool {
	return attempts.failed != nil && !attempts.endedBefore(now, retryAfter)
}

// endedBefore tells whether there was no attempt in the last seconds.
func (attempts *attempts) endedBefore(now, seconds int64) bool {
	return !attempts.hasEnded || minus(now, attempts.endedAt) >= seconds
}

// refuse refuses by a rule, because the last attempt failed.
func (attempts *attempts) refuse(rule Rule) *halt { return after(rule, attempts.failed) }

// offer tells whether a fetch in the background should be requested; noted as requested, so that only one is.
func (attempts *attempts) offer(now int64) bool {
	due := !attempts.justFailed(now) &&
		(!attempts.wasOffered || minus(now, attempts.offeredAt) >= 2*retryAfter)
	if due {
		attempts.offeredAt, attempts.wasOffered = now, true
	}
	return due
}

// plus and minus do not overflow: times in tokens are whatever their makers wrote.
func plus(one, other int64) int64 {
	sum := one + other
	switch {
	case one > 0 && other > 0 && sum < 0:
		return math.MaxInt64
	case one < 0 && other < 0 && sum >= 0:
		return math.MinInt64
	}
	return sum
}

func minus(one, other int64) int64 {
	if other == math.MinInt64 {
		return plus(plus(one, math.MaxInt64), 1)
	}
	return plus(one, -other)
}
