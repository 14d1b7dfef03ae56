//! A mail server (SMTP, RFC 5321) that behaves as it is told: takes mail, refuses some, or says nothing at all.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug, Clone, Default)]
struct State {
    /// Mails as they came, dots undone.
    taken: Vec<String>,
    /// Mail with this in it is refused for good.
    refuses: Option<&'static str>,
    silent: bool,
}

pub struct MailServer {
    state: Arc<Mutex<State>>,
}

impl MailServer {
    /// Begins to listen on a port of this machine that is free.
    ///
    /// # Panics
    /// It is not.
    pub async fn open(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a port");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let shared = shared.clone();
                tokio::spawn(async move { drop(talk(socket, &shared).await) });
            }
        });
        Self { state }
    }

    /// A port on which nobody listens, and its address as the setting has it.
    ///
    /// # Panics
    /// There is none.
    pub fn free_port() -> (u16, String) {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
        (port, format!("smtp://127.0.0.1:{port}"))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("the mail server")
    }

    /// Takes connections from now on and never says a word.
    pub fn fall_silent(&self) {
        self.state().silent = true;
    }

    pub fn refuse(&self, words: &'static str) {
        self.state().refuses = Some(words);
    }

    /// What came for an address.
    pub fn mails_to(&self, address: &str) -> Vec<String> {
        let to = format!("<{address}>");
        self.state().taken.iter().filter(|mail| mail.contains(&to)).cloned().collect()
    }
}

async fn talk(socket: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let now = || state.lock().expect("the mail server").clone();
    let mut socket = BufReader::new(socket);
    if now().silent {
        // Until the other side has had enough.
        drop(socket.read_line(&mut String::new()).await);
        return Ok(());
    }
    socket.write_all(b"220 mail.example ESMTP\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if socket.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" => "250-mail.example\r\n250 8BITMIME\r\n",
            "DATA" => {
                socket.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                loop {
                    line.clear();
                    socket.read_line(&mut line).await?;
                    if line == ".\r\n" || line.is_empty() {
                        break;
                    }
                    mail += line.strip_prefix('.').unwrap_or(&line);
                }
                let mail = crate::app::decoded(&mail);
                if now().refuses.is_some_and(|words| mail.contains(words)) {
                    "554 5.7.1 we do not want this\r\n"
                } else {
                    state.lock().expect("the mail server").taken.push(mail);
                    "250 taken\r\n"
                }
            }
            "QUIT" => {
                socket.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 fine\r\n",
        };
        socket.write_all(answer.as_bytes()).await?;
    }
}
