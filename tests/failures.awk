# Prints a line or a few for each test that failed, in the words of its runner: the name, and what it says first.

function say(line) { print substr(line, 1, 240) }

# cargo test: the name stands above what the test printed, in which the panic is found; a documented example may fail to
# compile instead.
/^---- .* stdout ----$/ { name = $0; gsub(/^---- | stdout ----$/, "", name); next }
(/panicked at / || /^error/) && name { say("test " name); say("  " $0); left = 3; name = ""; next }
left > 0 && /^(stack backtrace|note: run with|----|$)/ { left = 0 }
left > 0 { say("  " $0); left -= 1; next }
# A test that hung or whose process died has no panic to show.
/^test .* has been running for over/ { next }
/^error: test failed|signal: [0-9]+, SIG/ { say($0) }
# pytest
/^(FAILED|ERROR) .*::/ { say($0) }
# node --test, Jest and Vitest
/^ *not ok [0-9]+ / { say($0) }
/^ *(✕|×|✗) / { say($0) }
# Maven Surefire
/^\[ERROR\] +[A-Za-z0-9_$.]+[.:][A-Za-z0-9_]+.*/ { say($0) }
# go test -v
/^ *--- FAIL: / { say($0) }
# Swift Testing
/^✘ Test .* (failed after|recorded an issue)/ { say($0) }
