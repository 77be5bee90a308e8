//! Builds again when the UI's files changed, because they are embedded.

fn main() {
    println!("cargo:rerun-if-changed=../ui/build");
}
