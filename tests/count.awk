# Prints "PASSED FAILED": how many tests passed and failed, from the summaries of the test runners.

# Adds the numbers in front of the words "passed" and "failed".
function take(    i) {
    gsub(/[,;|()=]/, " ")
    for (i = 2; i <= NF; i++) {
        if ($i == "passed") passed += $(i - 1)
        if ($i == "failed") failed += $(i - 1)
    }
}

# cargo test
/^test result: / { take(); next }
# pytest
/(passed|failed).* in [0-9.]+s/ { take() }
# Jest and Vitest
/^ *Tests:? +[0-9]+ (passed|failed)/ { take() }
# node --test
/^(#|ℹ) pass [0-9]+$/ { passed += $3 }
/^(#|ℹ) fail [0-9]+$/ { failed += $3 }
# Maven Surefire, the summary of each of its runs
/Tests run: .* Skipped: [0-9]+$/ {
    gsub(/,/, " ")
    for (i = 2; i <= NF; i++) {
        if ($i == "run:") run = $(i + 1)
        if ($i == "Failures:" || $i == "Errors:") broken += $(i + 1)
        if ($i == "Skipped:") run -= $(i + 1)
    }
    passed += run - broken
    failed += broken
    broken = 0
}
# go test -v
/^--- PASS: / { passed += 1 }
/^--- FAIL: / { failed += 1 }
# Minitest
/^[0-9]+ runs, [0-9]+ assertions, / { passed += $1 - $5 - $7; failed += $5 + $7 }
# tests/applications
/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ { take() }
# Swift Testing
/Test run with [0-9]+ tests?.* passed after/ { for (i = 2; i <= NF; i++) if ($i ~ /^tests?$/) passed += $(i - 1) }
/Test run with [0-9]+ tests?.* failed after/ { failed += 1 }

END { print passed + 0, failed + 0 }
