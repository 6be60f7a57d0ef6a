/** INFO replies of several servers, shortened to what differs. Written after the documentation of each version. */

export const redis62 = `# Server
redis_version:6.2.14
redis_mode:standalone
run_id:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
tcp_port:6379
uptime_in_seconds:100
executable:/usr/bin/redis-server --port 6379:odd

# Clients
connected_clients:5
maxclients:10000
blocked_clients:0

# Memory
used_memory:1048576
used_memory_human:1.00M
used_memory_rss:4194304
used_memory_peak:2097152
maxmemory:0
maxmemory_policy:noeviction
allocator_frag_ratio:1.25

# Persistence
loading:0
rdb_last_bgsave_status:ok
aof_last_bgrewrite_status:ok
aof_last_write_status:ok

# Stats
total_connections_received:10
total_commands_processed:1000
total_net_input_bytes:5000
total_net_output_bytes:9000
rejected_connections:0
expired_keys:4
expired_stale_perc:12.50
evicted_keys:0
keyspace_hits:70
keyspace_misses:30

# Replication
role:master
connected_slaves:2

# Cluster
cluster_enabled:0

# Commandstats
cmdstat_config:calls=1,usec=20,usec_per_call=20.00,rejected_calls=0,failed_calls=0

# Keyspace
db0:keys=3,expires=1,avg_ttl=1000
db3:keys=4,expires=4,avg_ttl=2000
`;

export const redis80 = `# Server
redis_version:8.0.6
server_mode:standalone
run_id:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
uptime_in_seconds:100

# Clients
connected_clients:5
total_watched_keys:0

# Memory
used_memory:1048576
maxmemory:2147483648
maxmemory_policy:allkeys-lfu
allocator_frag_ratio:1.02
lookaside_of_the_future:17

# Persistence
loading:1
rdb_last_bgsave_status:err

# Stats
keyspace_hits:0
keyspace_misses:0

# Replication
role:slave
connected_slaves:0

# Modules
module:name=search,ver=80006,api=1,filters=0,usedby=[],using=[ReJSON],options=[]

# Commandstats
cmdstat_config|resetstat:calls=1,usec=9,usec_per_call=9.00,rejected_calls=0,failed_calls=0

# Keyspace
db0:keys=9,expires=2,avg_ttl=0,subexpiry=1
`;

export const valkey81 = `# Server
redis_version:7.2.4
server_name:valkey
valkey_version:8.1.1
run_id:cccccccccccccccccccccccccccccccccccccccc
uptime_in_seconds:5

# Memory
used_memory:1

# Keyspace
`;
