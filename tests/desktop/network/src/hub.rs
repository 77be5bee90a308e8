//! A hub on one of the computers.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::lan::{Computer, PATIENCE, Printing, eventually};

/// A password that every rule accepts.
pub(crate) const PASSWORD: &str = "kettle-lantern-harbour-42";

/// The port that Hearth has unless it is taken.
pub(crate) const PORT: u16 = 4327;

/// The `hearth` that was built beside this program.
pub(crate) fn program() -> Result<PathBuf> {
    let this = std::env::current_exe().context("where this program lies")?;
    let program = this.with_file_name("hearth");
    ensure!(program.exists(), "there is no {}; build it with `cargo build --workspace`", program.display());
    Ok(program)
}

/// A running `hearth serve` with a data directory of its own.
pub(crate) struct Hub {
    pub(crate) computer: Computer,
    data: TempDir,
    arguments: Vec<String>,
    child: Option<Child>,
    pub(crate) port: u16,
    token: String,
}

impl Hub {
    /// Starts a hub that nobody has set up.
    pub(crate) fn start(computer: &Computer, arguments: &[&str]) -> Result<Self> {
        Self::start_on(computer, tempfile::tempdir()?, arguments)
    }

    /// Starts a hub on data that is there already.
    pub(crate) fn start_on(computer: &Computer, data: TempDir, arguments: &[&str]) -> Result<Self> {
        let arguments = arguments.iter().map(ToString::to_string).collect();
        let computer = computer.clone();
        let mut hub = Self { computer, data, arguments, child: None, port: PORT, token: String::new() };
        hub.start_again()?;
        Ok(hub)
    }

    /// Starts a hub and its team. Teammates are not let in yet.
    pub(crate) fn with_team(computer: &Computer, team: &str) -> Result<Self> {
        let mut hub = Self::start(computer, &[])?;
        hub.found(team)?;
        Ok(hub)
    }

    /// Starts a hub and its team, and lets teammates in.
    pub(crate) fn open(computer: &Computer, team: &str) -> Result<Self> {
        let hub = Self::with_team(computer, team)?;
        hub.let_in("open")?;
        Ok(hub)
    }

    pub(crate) fn start_again(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(self.log_path()).context("opening the log")?;
        let mut command = self.computer.command(&program()?);
        command.arg("serve").arg("--data").arg(self.data.path().join("data")).args(&self.arguments);
        command.env("HEARTH_LOG", "warn,hearth_server=info,mdns_sd=info");
        command.envs(["SIGN_IN", "REGISTER", "MESSAGES"].map(|limit| (format!("HEARTH_LIMIT_{limit}"), "0")));
        command.stdout(log.try_clone()?).stderr(log);
        self.child = Some(command.spawn().context("starting hearth")?);
        self.port = eventually("the hub answers on its own computer", || {
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten()) {
                return Err(anyhow::anyhow!("hearth ended ({status}):\n{}", self.log()));
            }
            let port = self.kept_port().unwrap_or(PORT);
            let health = self.computer.get(&format!("http://127.0.0.1:{port}/api/v1/health"))?;
            ensure!(health["status"] == 200 && self.kept_port() == Some(port), "{health}");
            Ok(port)
        })?
        .0;
        Ok(())
    }

    /// The port that the hub wrote down.
    fn kept_port(&self) -> Option<u16> {
        let kept = std::fs::read(self.data.path().join("data/network.json")).ok()?;
        let kept: Value = serde_json::from_slice(&kept).ok()?;
        kept["port"].as_u64().and_then(|port| port.try_into().ok())
    }

    /// The first run: ann, the owner.
    pub(crate) fn found(&mut self, team: &str) -> Result<()> {
        let body = json!({ "team": team, "name": "Ann", "password": PASSWORD }).to_string();
        let made = self.at_home(&["call", "POST", &self.local("/setup"), "--body", &body])?;
        ensure!(made["status"] == 201, "{made}");
        made["body"]["accessToken"].as_str().context("a token")?.clone_into(&mut self.token);
        Ok(())
    }

    /// Signs ann in, where the team was started in another way.
    pub(crate) fn sign_in(&mut self) -> Result<()> {
        let body = json!({ "email": "ann", "password": PASSWORD }).to_string();
        let entered = self.at_home(&["call", "POST", &self.local("/auth/login"), "--body", &body])?;
        entered["body"]["accessToken"].as_str().context("a token")?.clone_into(&mut self.token);
        Ok(())
    }

    /// What ann asks on the hub's own computer; gives the answer's data.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let (url, body) = (self.local(path), body.to_string());
        let mut arguments = vec!["call", method, url.as_str(), "--token", self.token.as_str()];
        if method != "GET" {
            arguments.extend(["--body", body.as_str()]);
        }
        let mut answer = self.at_home(&arguments)?;
        let status = answer["status"].as_u64().unwrap_or_default();
        ensure!((200..300).contains(&status), "{method} {path}: {answer}");
        Ok(answer["body"]["data"].take())
    }

    pub(crate) fn at_home(&self, arguments: &[&str]) -> Result<Value> {
        self.computer.does(arguments)
    }

    /// The address of a path below the API on the hub's own computer.
    pub(crate) fn local(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/api/v1{path}", self.port)
    }

    /// The same as others reach it, by an address or a name.
    pub(crate) fn at(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    /// Lets teammates in, or not any longer.
    pub(crate) fn let_in(&self, lan: &str) -> Result<Value> {
        self.ask("PATCH", "/admin/network", &json!({ "lan": lan }))
    }

    pub(crate) fn network(&self) -> Result<Value> {
        self.ask("GET", "/admin/network", &Value::Null)
    }

    /// Waits until the hub is called so on the network.
    pub(crate) fn is_called(&self, host: &str) -> Result<Duration> {
        let called = eventually(&format!("the hub is called {host}"), || {
            let network = self.network()?;
            ensure!(network["name"]["host"] == host, "{} {}", network["name"], network["checks"]);
            Ok(())
        });
        Ok(self.explain(called)?.1)
    }

    /// Waits until a line of the self-test says so.
    pub(crate) fn check_says(&self, check: &str, verdict: &str, reason: &str) -> Result<()> {
        let said = eventually(&format!("the check {check} says {reason}"), || {
            let network = self.network()?;
            let lines = network["checks"].as_array().context("lines")?;
            let line = lines.iter().find(|line| line["check"] == check).context("a line")?;
            ensure!(line["verdict"] == verdict && line["reason"] == reason, "{line}");
            Ok(())
        });
        self.explain(said).map(|_| ())
    }

    fn explain<T>(&self, outcome: Result<T>) -> Result<T> {
        outcome.with_context(|| format!("the hub said:\n{}", self.log()))
    }

    /// The hub's id.
    pub(crate) fn id(&self) -> Result<Value> {
        Ok(self.at_home(&["call", "GET", &self.local("/health")])?["body"]["hub"].take())
    }

    /// Asks the process to stop, and waits until it has.
    pub(crate) fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let asked = Command::new("kill").arg(child.id().to_string()).status().context("asking hearth to stop")?;
        ensure!(asked.success(), "hearth could not be asked to stop");
        ensure!(ended_within(&mut child, PATIENCE)?.is_some(), "hearth does not stop:\n{}", self.log());
        Ok(())
    }

    fn log_path(&self) -> PathBuf {
        self.data.path().join("log")
    }

    /// What it printed.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Waits for a process to end; one that does not is killed.
fn ended_within(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

/// Looks for hubs on a computer, as the desktop app does.
pub(crate) fn nearby(computer: &Computer) -> Result<Printing> {
    computer.starts(&program()?, &["nearby", "--json", "--seconds", "600"])
}

/// Makes the team of a data directory from the command line.
pub(crate) fn set_up_headless(computer: &Computer, data: &Path, team: &str) -> Result<()> {
    use std::io::Write;
    let mut command = computer.command(&program()?);
    command.args(["setup", "--team", team, "--name", "Ann", "--password-stdin", "--data"]).arg(data);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().context("starting hearth setup")?;
    writeln!(child.stdin.take().context("its input is piped")?, "{PASSWORD}")?;
    let ended = ended_within(&mut child, PATIENCE)?;
    ensure!(ended.is_some_and(|status| status.success()), "hearth setup failed");
    Ok(())
}
