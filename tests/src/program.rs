//! The server's own program, as people start it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// The binary beside this one: stories live one folder deeper than programs.
fn binary() -> PathBuf {
    let here = std::env::current_exe().expect("a program's own path");
    let path = here.ancestors().skip(1).take(2).map(|folder| folder.join("porchlight")).find(|path| path.exists());
    path.expect("porchlight is built by `cargo xtask`")
}

/// The program on a data folder, without limits, with a secret of its own.
pub fn command(data: &Path, database: Option<&str>) -> Command {
    let mut command = Command::new(binary());
    set_up(&mut command, data, database);
    command
}

fn set_up(command: &mut Command, data: &Path, database: Option<&str>) {
    // Nothing of the developer's own settings: these programs load, kill and change what they are given.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PORCHLIGHT_")) {
        command.env_remove(name);
    }
    command.env("PORCHLIGHT_SECRET", "a secret that only these programs know");
    command.env("PORCHLIGHT_DATA", data).env("PORCHLIGHT_RATE_LIMIT", "off").env("PORCHLIGHT_LISTEN", "127.0.0.1:0");
    if let Some(url) = database {
        command.env("PORCHLIGHT_DATABASE_URL", url);
    }
}

/// Runs one of its commands to the end.
pub fn run(data: &Path, database: Option<&str>, arguments: &[&str], input: &str) -> Output {
    let mut command = command(data, database);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    if let Some(mut stdin) = child.stdin.take() {
        // One that refuses its arguments does not read what it is given.
        let _ = std::io::Write::write_all(&mut stdin, input.as_bytes());
    }
    child.wait_with_output().expect("the program ends")
}

/// Loads the demo district.
pub fn demo(data: &Path, database: Option<&str>) {
    let output = run(data, database, &["demo"], "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A server that ends with this.
pub struct Server {
    child: Child,
    pub base: String,
}

impl Server {
    pub fn start(data: &Path, database: Option<&str>) -> Self {
        let mut command = command(data, database);
        command.arg("serve");
        Self::of(command)
    }

    /// On a disk of its own, of so many megabytes, with the demo loaded; only the program sees it mounted. `None` where
    /// the system lets nobody make one.
    pub fn on_small_disk(data: &Path, megabytes: u32) -> Option<Self> {
        let mount = format!("mount -t tmpfs -o size={megabytes}m tmpfs \"$PORCHLIGHT_DATA\"");
        let apart = |script: &str| {
            let mut command = Command::new("unshare");
            command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]).arg(binary());
            set_up(&mut command, data, None);
            command
        };
        if !apart(&mount).status().is_ok_and(|status| status.success()) {
            return None;
        }
        Some(Self::of(apart(&format!("{mount} && \"$1\" demo >&2 && exec \"$1\" serve"))))
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let base = line.trim().strip_prefix("listening on ").expect("the server says where it listens").to_owned();
        Self { child, base }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// A folder as the program sees it (Linux).
    pub fn sees(&self, folder: &Path) -> PathBuf {
        Path::new("/proc").join(self.id().to_string()).join("root").join(folder.strip_prefix("/").unwrap_or(folder))
    }

    /// As the power cut does it.
    pub fn kill(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
