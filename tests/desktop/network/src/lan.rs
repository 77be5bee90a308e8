//! A local network of namespaces, each a computer, joined by a bridge that lies in a namespace of its
//! own. Nothing of the machine's own network is touched.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// How every namespace of these tests begins; the number of the process that made it follows.
const PREFIX: &str = "hearth-lan";

/// How long anything may take that is bound to happen, on a machine that has much else to do.
pub(crate) const PATIENCE: Duration = Duration::from_secs(45);

/// A network, gone with everything in it when dropped.
pub(crate) struct Lan {
    namespaces: Vec<String>,
}

/// One computer of the network.
#[derive(Clone)]
pub(crate) struct Computer {
    namespace: String,
    /// Its interface.
    pub(crate) interface: String,
    pub(crate) address: String,
}

impl Lan {
    /// An empty network.
    pub(crate) fn new() -> Result<Self> {
        let mut lan = Self { namespaces: Vec::new() };
        let bridge = lan.namespace("switch")?;
        ip(&["-n", &bridge, "link", "add", "name", "switch", "type", "bridge"])?;
        ip(&["-n", &bridge, "link", "set", "switch", "up"])?;
        Ok(lan)
    }

    fn namespace(&mut self, name: &str) -> Result<String> {
        let name = format!("{PREFIX}-{}-{name}", std::process::id());
        ip(&["netns", "add", &name])?;
        self.namespaces.push(name.clone());
        ip(&["-n", &name, "link", "set", "lo", "up"])?;
        Ok(name)
    }

    /// A computer with an address on this network.
    pub(crate) fn computer(&mut self, name: &str, last: u8) -> Result<Computer> {
        self.computer_with(name, "lan0", last)
    }

    /// The same, with a name for its interface.
    pub(crate) fn computer_with(&mut self, name: &str, interface: &str, last: u8) -> Result<Computer> {
        let switch = self.namespaces[0].clone();
        let namespace = self.namespace(name)?;
        let port = format!("port{last}");
        ip(&["-n", &switch, "link", "add", &port, "type", "veth", "peer", "name", interface, "netns", &namespace])?;
        ip(&["-n", &switch, "link", "set", &port, "master", "switch", "up"])?;
        ip(&["-n", &namespace, "link", "set", interface, "up"])?;
        let computer = Computer { namespace, interface: interface.to_owned(), address: address(last) };
        computer.ip(&["address", "add", &format!("{}/24", computer.address), "dev", interface])?;
        computer.ip(&["route", "add", "default", "via", "10.99.0.254"])?;
        Ok(computer)
    }
}

/// The address of the network that ends so.
pub(crate) fn address(last: u8) -> String {
    format!("10.99.0.{last}")
}

impl Drop for Lan {
    fn drop(&mut self) {
        for namespace in &self.namespaces {
            let _ = Command::new("ip").args(["netns", "delete", namespace]).status();
        }
    }
}

/// Takes away what a run that was killed left behind.
pub(crate) fn clear_leftovers() -> Result<()> {
    let listed = Command::new("ip").args(["netns", "list"]).output().context("listing namespaces")?;
    for line in String::from_utf8_lossy(&listed.stdout).lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        let maker = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').nth(1));
        if maker.is_some_and(|maker| !std::path::Path::new("/proc").join(maker).exists()) {
            ip(&["netns", "delete", name])?;
        }
    }
    Ok(())
}

/// Why no networks can be made here; nothing where they can.
pub(crate) fn hindrance() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some("network namespaces are a thing of Linux".to_owned());
    }
    match Lan::new().and_then(|mut lan| lan.computer("try", 1)) {
        Ok(_) => None,
        Err(error) => Some(format!("{error:#}")),
    }
}

impl Computer {
    /// A command that runs on this computer.
    pub(crate) fn command(&self, program: &std::path::Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.namespace]).arg(program).stdin(Stdio::null());
        command
    }

    /// Changes something about its network.
    pub(crate) fn ip(&self, arguments: &[&str]) -> Result<()> {
        ip(&[&["-n", self.namespace.as_str()], arguments].concat())
    }

    /// Does one of this program's own commands here and gives what it printed.
    pub(crate) fn does(&self, arguments: &[&str]) -> Result<Value> {
        let this = std::env::current_exe().context("where this program lies")?;
        let output = self.command(&this).args(arguments).output().context("starting a command in a namespace")?;
        if !output.status.success() {
            bail!("{} failed: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
        }
        serde_json::from_slice(&output.stdout).context("the command printed something else than JSON")
    }

    /// Asks a URL; the answer has a status and a body.
    pub(crate) fn get(&self, url: &str) -> Result<Value> {
        self.does(&["call", "GET", url])
    }

    /// Starts a program here that prints lines of JSON.
    pub(crate) fn starts(&self, program: &std::path::Path, arguments: &[&str]) -> Result<Printing> {
        Printing::of(self.command(program).args(arguments))
    }
}

fn ip(arguments: &[&str]) -> Result<()> {
    let output = Command::new("ip").args(arguments).output().context("starting ip (Debian: iproute2)")?;
    if !output.status.success() {
        bail!("ip {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// A program that prints lines of JSON, ended when dropped.
pub(crate) struct Printing {
    child: Child,
    lines: Receiver<Value>,
}

impl Printing {
    fn of(command: &mut Command) -> Result<Self> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("starting a program")?;
        let output = BufReader::new(child.stdout.take().context("its output is piped")?);
        let (send, lines) = channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Ok(value) = serde_json::from_str(&line)
                    && send.send(value).is_err()
                {
                    return;
                }
            }
        });
        Ok(Self { child, lines })
    }

    /// Waits for a line that fits, and says how long it took.
    pub(crate) fn until(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Result<(Value, Duration)> {
        let start = Instant::now();
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE.saturating_sub(start.elapsed())) {
            if fits(&line) {
                return Ok((line, start.elapsed()));
            }
            seen.push(line.to_string());
        }
        bail!("waited {PATIENCE:?} in vain for {what}; there was: {}", seen.join(" "))
    }
}

impl Drop for Printing {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Tries again until it works, and says how long it took.
pub(crate) fn eventually<T>(what: &str, mut attempt: impl FnMut() -> Result<T>) -> Result<(T, Duration)> {
    let start = Instant::now();
    loop {
        match attempt() {
            Ok(value) => return Ok((value, start.elapsed())),
            Err(error) if start.elapsed() > PATIENCE => {
                return Err(error.context(format!("waited {PATIENCE:?} in vain until {what}")));
            }
            // Between two looks at something that cannot be waited for.
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
    }
}
