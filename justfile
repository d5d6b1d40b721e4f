# Every chore, one line each. `just` lists them; https://just.systems has the program. Without it, type what stands
# in the line below the name.

_list:
    @just --list --unsorted

# All tests
test *ARGS:
    cargo test --locked {{ ARGS }}

# The bot beside a stand-in for GitHub: a story at the terminal, then a page in the browser
demo *ARGS:
    cargo run -- demo {{ ARGS }}

# One fuzz target for five minutes, with a nightly compiler and cargo-fuzz; `ls fuzz/fuzz_targets` has their names
fuzz TARGET *ARGS:
    cargo +nightly fuzz run {{ TARGET }} -- -max_total_time=300 {{ ARGS }}

# Format and lints, as CI asks for them
lint:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings

# Write anew what is generated from the code: docs/checks.md, docs/commands.md
docs:
    UPDATE_DOCS=1 cargo test --locked --test it documents

# Write the tests' snapshots anew; read the difference before you commit it
snapshots:
    INSTA_UPDATE=always cargo test --locked --test it

# Processor time of a delivery beside a bare handler, in an optimized build
bench:
    cargo bench --locked --bench intake

# Kill the server 20 times under load and look for every delivery that it had acknowledged
bench-kill:
    cargo bench --locked --profile dev --bench intake -- kill

# How long an answer takes, and how much memory is held, while 1,000 jobs wait
bench-waiting:
    cargo bench --locked --bench intake -- waiting

# What a day with 500 open pull requests asks of GitHub
bench-day:
    cargo bench --locked --bench day

# How long the text of a license is read
bench-licenses:
    cargo bench --locked --bench licenses

# kill -9 a hundred times, and two processes on one PostgreSQL
kills:
    cargo test --locked --test it -- --ignored --nocapture --test-threads=1 kills:: replicas::

# Every nomination of a checkout of the registry, as JSON with a summary; exit status 1 when something must be fixed
check-registry DIR:
    cargo run --quiet --release -- check --registry {{ quote(DIR) }} --format json

# Hold the program and its double to GitHub's own description; needs Node.js
github:
    rm -rf target/github-record
    RECORD_GITHUB="$PWD/target/github-record" cargo test --locked
    npm ci --prefix tests/github --ignore-scripts --no-audit --no-fund
    node --test tests/github/judge.test.mjs
    node tests/github/record.mjs target/github-record
    node tests/github/examples.mjs
    node tests/github/webhooks.mjs target/debug/dpg-triage app-manifest.json

# Everything that CI does
ci:
    .ci/run

# The container image
image:
    docker build --tag dpg-triage .
