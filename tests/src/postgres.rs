//! A private PostgreSQL cluster for this test process; it goes with it.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

static PORT: OnceLock<u16> = OnceLock::new();
/// The cluster; its standard input is closed when this process ends.
static HELD: OnceLock<Child> = OnceLock::new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The address of a new, empty database.
///
/// # Panics
/// PostgreSQL cannot be started; `cargo xtask test` installs it.
pub async fn database() -> String {
    let port = *tokio::task::spawn_blocking(|| PORT.get_or_init(start)).await.expect("PostgreSQL starts");
    let name = format!("t{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let url = |database: &str| format!("postgres://postgres@127.0.0.1:{port}/{database}");
    let maker = sqlx::PgPool::connect(&url("postgres")).await.expect("PostgreSQL answers");
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&maker).await.expect("a new database");
    maker.close().await;
    url(&name)
}

/// PostgreSQL refuses to run as root, so root hands it to the user `postgres`.
fn as_postgres(program: &Path) -> Command {
    let root = Path::new("/proc/self").metadata().is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

fn programs() -> PathBuf {
    let asked =
        Command::new("pg_config").arg("--bindir").output().ok().map(|o| PathBuf::from(String::from_utf8_lossy(&o.stdout).trim()));
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path().join("bin"));
    asked
        .into_iter()
        .chain(versions)
        .find(|dir| dir.join("initdb").exists())
        .expect("initdb: `cargo xtask test` installs PostgreSQL")
}

/// Runs a command until standard input ends, which it does with the process that holds the other end,
/// however that goes; then stops the command and takes its folder away.
const WITH_US: &str = r#"trap '' INT TERM; folder=$1; shift; "$@" & read -r _; kill -INT $!; wait $!; rm -rf "$folder""#;

fn start() -> u16 {
    let folder = tempfile::Builder::new().prefix("porchlight-pg").tempdir().expect("a folder").keep();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777)).expect("a shared folder");
    let data = folder.join("data");
    let bin = programs();
    let made = as_postgres(&bin.join("initdb"))
        .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
        .arg(&data)
        .current_dir(&folder)
        .output()
        .expect("initdb runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    let log = std::fs::File::create(folder.join("log")).expect("a log");
    let mut postgres = as_postgres(&bin.join("postgres"));
    postgres
        .arg("-D")
        .arg(&data)
        .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=300"])
        .args(["-c", &format!("unix_socket_directories={}", folder.display())]);
    let server = Command::new("sh")
        .args(["-c", WITH_US, "sh"])
        .arg(&folder)
        .arg(postgres.get_program())
        .args(postgres.get_args())
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("postgres starts");
    HELD.set(server).expect("started once");
    let began = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < Duration::from_secs(60), "PostgreSQL does not listen");
        std::thread::sleep(Duration::from_millis(50));
    }
    port
}
