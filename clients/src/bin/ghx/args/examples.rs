//! Examples and notes of the help texts.

pub(super) const EXAMPLES: &str = "\
Examples:
  ghx curve H100-US
  ghx book H100-US@front
  ghx buy H100-US-2027M03 --gpus 64 --limit 2.40             what it would do
  ghx buy H100-US-2027M03 --gpus 64 --limit 2.40 --execute   do it
  ghx cancel --all --symbol H100-US-2027M03 --execute
  ghx invoice";

pub(super) const QUOTE: &str = "\
Examples:
  ghx quote H100-US-2027M03=50@2.395/50@2.405 --execute
  ghx quote H100-US@front=/20@2.41 H100-US@+1m=0/0 --protect 100 --execute";

pub(super) const COMBINE: &str = "\
Examples:
  ghx combine H100-US-2027M03=-1 H100-US-2027M04=1 --execute     a spread: sell near, buy far
  ghx combine H100-US-2027M03=1 H100-US-2027M04=2 --execute      a ramp
  ghx buy H100-US-2027M03-2027M04 --lots 8 --limit -0.020        trade it by its name";

pub(super) const BLOCK: &str = "\
Examples:
  ghx block propose H100-US-2027M03=+64@2.400 --with A-1002 --execute
  ghx --as lab block list
  ghx --as lab block confirm b-1795478232 --execute";

pub(super) const KILL: &str = "\
Examples:
  ghx kill                       what would end
  ghx kill --execute             end all orders and take no new ones
  ghx kill --release --execute   take them again";

pub(super) const WATCH: &str = "\
Examples:
  ghx watch trades.H100-US@front book.H100-US@front
  ghx watch orders fills positions
  ghx watch curve.H100-US --json --count 10";

pub(super) const RECORD: &str = "\
Examples:
  ghx record trades.H100-US@front book.H100-US@front --out tape      until Ctrl-C
  ghx record l3.H100-US-2027M03 --out tape --seconds 3600 --strict
  ghx record --repair --out tape                                     after a crash";

pub(super) const EXPORT: &str = "\
Examples:
  ghx export tape --table trades --out trades.parquet
  ghx export tape --table book --format dbn --out book.dbn
  ghx export tape --format hftbacktest --symbol H100-US-2027M03 --out march.npz";

pub(super) const REPLAY: &str = "\
Examples:
  ghx replay tape --speed 60
  ghx replay tape --from 2026-11-28T12:00:00Z --listen 127.0.0.1:9001";

pub(super) const SCHEMA: &str = "\
Examples:
  ghx schema               methods, channels and errors
  ghx schema order.place   its messages, as documented
  ghx schema 2004          what an error means, and what to do";

pub(super) const AFTER: &str = "\
Contracts:
  H100-US-2027M03, -2027Q2, -2028Y   month, quarter, year
  H100-US@front                      the nearest month that trades
  H100-US@+3m                        three months after it

Exit codes:
  0  done, or shown
  1  the exchange said no, and nothing was changed; or a proof proves nothing
  2  the command line is wrong
  3  no connection, no login, or no keys
  4  the data has a gap or a wrong checksum
  5  sent, and nobody knows what became of it; run it again with the --id it names";
