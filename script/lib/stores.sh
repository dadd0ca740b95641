# A private PostgreSQL and Redis below one folder, on Unix sockets only: for the demo, the tests and the benchmarks.
# Source it; then: start_stores FOLDER, stop_stores FOLDER. System services are left alone.
# After start_stores: STORES_PG (libpq conninfo of the owner) and STORES_REDIS (socket path).

find_postgres() {
  local bin
  for bin in /usr/lib/postgresql/*/bin; do [ -x "$bin/postgres" ] && PG_BIN=$bin; done
  [ -n "${PG_BIN:-}" ] || { echo "stores: no PostgreSQL server found; run script/bootstrap" >&2; return 1; }
}

# PostgreSQL refuses to run as root, so root hands it to the user postgres.
as_pg_user() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid="$(id -g postgres)" --clear-groups env -u HOME "$@"
  else "$@"; fi
}

# Socket paths may have 107 bytes, fewer than deep folders have: the sockets live in a short folder of their own.
socket_folder() {
  local folder=$1
  if [ ! -L "$folder/run" ] || [ ! -d "$folder/run/" ]; then
    rm -rf "$folder/run"
    local short; short=$(mktemp -d /tmp/mlango-XXXXXX)
    chmod 755 "$short"
    [ "$(id -u)" = 0 ] && chown postgres "$short"
    ln -s "$short" "$folder/run"
  fi
  readlink "$folder/run"
}

start_stores() {
  local folder=$1 run
  find_postgres
  mkdir -p "$folder"
  run=$(socket_folder "$folder")
  STORES_PG="host=$run user=mlango dbname=mlango"
  STORES_REDIS="$run/redis.sock"
  if [ ! -s "$folder/postgres/PG_VERSION" ]; then
    rm -rf "$folder/postgres"
    mkdir -p "$folder/postgres"
    # Below a home that is closed to the user postgres the data lives in /var/tmp, and a link stands here.
    if ! as_pg_user test -x "$folder/postgres"; then
      rmdir "$folder/postgres"
      ln -s "$(mktemp -d /var/tmp/mlango-XXXXXX)" "$folder/postgres"
    fi
    [ "$(id -u)" = 0 ] && chown postgres "$folder/postgres/."
    as_pg_user "$PG_BIN/initdb" -D "$(readlink -f "$folder/postgres")" -U mlango -A trust -E UTF8 --locale=C.UTF-8 \
      >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; return 1; }
  fi
  if ! pg_isready -q -h "$run"; then
    # Everything in the background gives up the caller's output, else who reads it through a pipe waits for ever.
    (
      exec >>"$folder/postgres.log" 2>&1 </dev/null
      cd /
      rm -f "$folder/postgres/postmaster.pid"
      as_pg_user "$PG_BIN/postgres" -D "$(readlink -f "$folder/postgres")" -c listen_addresses= \
        -c unix_socket_directories="$run" -c max_connections=200 -c shared_buffers="${STORES_PG_BUFFERS:-128MB}" \
        -c random_page_cost=1.1 -c log_min_messages=warning -c log_min_error_statement=panic \
        -c log_error_verbosity=terse -c log_parameter_max_length_on_error=0 ${STORES_PG_OPTIONS:-}
    ) &
    disown
    local i
    for i in $(seq 100); do pg_isready -q -h "$run" && break; sleep 0.1; done
    pg_isready -q -h "$run" || { tail -5 "$folder/postgres.log" >&2; return 1; }
  fi
  psql -qAtX "host=$run user=mlango dbname=postgres" -c "select 1 from pg_database where datname='mlango'" | grep -q 1 ||
    psql -qX "host=$run user=mlango dbname=postgres" -c "create database mlango"
  if ! redis-cli -s "$STORES_REDIS" ping >/dev/null 2>&1; then
    mkdir -p "$folder/redis"
    redis-server --port 0 --unixsocket "$STORES_REDIS" --unixsocketperm 700 --dir "$folder/redis" --save '' \
      --appendonly no --pidfile "$run/redis.pid" ${STORES_REDIS_OPTIONS:-} >>"$folder/redis.log" 2>&1 </dev/null &
    disown
    local j
    for j in $(seq 100); do redis-cli -s "$STORES_REDIS" ping >/dev/null 2>&1 && break; sleep 0.05; done
    redis-cli -s "$STORES_REDIS" ping >/dev/null || { tail -5 "$folder/redis.log" >&2; return 1; }
  fi
}

stop_stores() {
  local folder=$1 run i
  [ -L "$folder/run" ] || return 0
  run=$(readlink "$folder/run")
  redis-cli -s "$run/redis.sock" shutdown nosave >/dev/null 2>&1 || true
  if [ -f "$folder/postgres/postmaster.pid" ]; then
    local pid; pid=$(head -1 "$folder/postgres/postmaster.pid")
    kill -INT "$pid" 2>/dev/null || true
    for i in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -QUIT "$pid" 2>/dev/null || true
  fi
  rm -rf "$run" "$folder/run"
}

# Ends the stores and deletes their data.
drop_stores() {
  stop_stores "$1"
  [ -L "$1/postgres" ] && rm -rf "$(readlink "$1/postgres")"
  rm -rf "$1"
}
