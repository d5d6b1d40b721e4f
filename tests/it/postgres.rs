//! A PostgreSQL server for the tests of one run, of Debian's programs: started by the first test that needs it,
//! with a database for each, and gone when the run is over.

use std::{
    fs,
    io::{Read, Seek, Write},
    path::PathBuf,
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

/// A running server.
pub struct Cluster {
    programs: PathBuf,
    /// Short, for the socket in it, and open to the server's own user.
    folder: PathBuf,
    /// Whether it ends with this value.
    own: bool,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.own {
            let _ = self.control(&["stop", "--mode=immediate"]).status();
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A number that no other test has.
fn unique() -> String {
    format!("{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A database of the run's own server; None, loudly, where PostgreSQL is not installed. With `REQUIRE_POSTGRES` set
/// that is a failure.
pub fn database(test: &str) -> Option<String> {
    let cluster = told(test, Cluster::of_this_run())?;
    Some(cluster.create(&format!("t{}", unique())))
}

/// A server that the test may stop; None as with [`database`].
pub fn own(test: &str) -> Option<Cluster> {
    told(test, Cluster::own())
}

fn told<T>(test: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        assert!(!is_set("REQUIRE_POSTGRES"), "no initdb in /usr/lib/postgresql/*/bin");
        // Not by a macro: what those print is not shown of tests that pass.
        let said = format!("\n**** SKIPPED: {test}: no initdb in /usr/lib/postgresql/*/bin ****\n\n");
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    }
    found
}

#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the program")]
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some()
}

impl Cluster {
    /// Each test may be a process of its own. They share what the one that started them all stands for.
    fn of_this_run() -> Option<Self> {
        let programs = programs()?;
        let run = if is_set("NEXTEST") { std::os::unix::process::parent_id() } else { std::process::id() };
        let folder = PathBuf::from(format!("/tmp/dpg-pg-{run}"));
        let lock = fs::File::create(folder.with_extension("lock")).unwrap();
        lock.lock().unwrap();
        let cluster = Self { programs, folder, own: false };
        if !cluster.folder.exists() {
            cluster.init();
            cluster.start();
            let end = format!(
                "while kill -0 {run} 2>/dev/null; do sleep 1; done; kill -QUIT $(head -n 1 {0}/data/postmaster.pid); \
                 sleep 1; rm -rf {0} {0}.lock",
                cluster.folder.display()
            );
            // In a session of its own, or the end of the test would be its end.
            let mut watch = Command::new("setsid");
            watch.args(["--fork", "sh", "-c", &end]);
            let quiet = watch.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            assert!(quiet.status().unwrap().success());
        }
        Some(cluster)
    }

    fn own() -> Option<Self> {
        let folder = PathBuf::from(format!("/tmp/dpg-pg-own-{}", unique()));
        let cluster = Self { programs: programs()?, folder, own: true };
        cluster.init();
        cluster.start();
        Some(cluster)
    }

    fn init(&self) {
        fs::create_dir(&self.folder).unwrap();
        if is_root() {
            run(Command::new("chown").arg("nobody").arg(&self.folder));
        }
        let data = self.folder.join("data");
        run(self.program("initdb").args(["--auth=trust", "--username=dpg", "--no-sync", "-D"]).arg(data));
    }

    pub fn start(&self) {
        let options = format!("-c listen_addresses= -c unix_socket_directories={}", self.folder.display());
        let mut start = self.control(&["start", "--wait", "-o", &options, "-l"]);
        run(start.arg(self.folder.join("log")));
    }

    /// As a crash ends it: connections are cut.
    pub fn stop(&self) {
        run(&mut self.control(&["stop", "--mode=immediate"]));
    }

    /// Stops its processes in the middle of what they do (`STOP`), or lets them go on (`CONT`). Connections stay.
    #[allow(dead_code, reason = "not every binary of tests needs it")]
    pub fn signal(&self, signal: &str) {
        let pids = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let first = pids.lines().next().unwrap();
        let children = format!("/proc/{first}/task/{first}/children");
        run(Command::new("kill").arg(format!("-{signal}")).arg(first));
        for child in fs::read_to_string(children).unwrap().split_whitespace() {
            // One that has ended meanwhile needs no signal.
            let _ = Command::new("kill").arg(format!("-{signal}")).arg(child).stderr(Stdio::null()).status();
        }
    }

    fn control(&self, arguments: &[&str]) -> Command {
        let mut command = self.program("pg_ctl");
        command.arg("-D").arg(self.folder.join("data")).args(arguments);
        command
    }

    /// A new, empty database: its address.
    pub fn create(&self, name: &str) -> String {
        run(self.program("createdb").args(["--username=dpg", "--host"]).arg(&self.folder).arg(name));
        self.address("dpg", name)
    }

    pub fn address(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@localhost/{database}?host={}", self.folder.display())
    }

    /// A server refuses to run as root.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        if !is_root() {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
        command
    }
}

fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").unwrap()) == 0
}

/// The newest that is installed.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.map(|version| version.unwrap().path().join("bin"));
    folders.filter(|folder| folder.join("initdb").is_file()).max()
}

fn run(command: &mut Command) {
    // A file, not a pipe: the server inherits it and would hold a pipe open.
    let mut said = tempfile::tempfile().unwrap();
    command.stdin(Stdio::null()).stdout(said.try_clone().unwrap()).stderr(said.try_clone().unwrap());
    command.current_dir("/");
    let status = command.status().unwrap();
    let mut text = String::new();
    said.rewind().unwrap();
    said.read_to_string(&mut text).unwrap();
    assert!(status.success(), "{command:?}: {text}");
}
