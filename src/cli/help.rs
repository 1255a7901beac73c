//! The parts of help pages and the manual beside the options: examples, exit statuses, files and variables.
//!
//! Each is a table that `--help`, `vipmp man` and the tests of docs/ share.

use std::fmt::Write as _;

/// A command line that runs on the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    /// The command that the example is for, such as `profile add`; empty for vipmp itself.
    pub command: &'static str,
    /// The command line to type.
    pub line: &'static str,
    /// The purpose, as a short sentence.
    pub purpose: &'static str,
}

const fn example(command: &'static str, line: &'static str, purpose: &'static str) -> Example {
    Example { command, line, purpose }
}

/// All examples. They work in this order in one home folder: later ones use the profiles that earlier ones add.
pub const EXAMPLES: &[Example] = &[
    example("", "vipmp --demo", "Browse fictional customers."),
    example("", "vipmp list --demo --status pending", "Print pending customers."),
    example("", "vipmp doctor --demo", "Check that vipmp works on this machine."),
    example("list", "vipmp list --demo --created-from -30d", "Print active customers of the last 30 days."),
    example("list", "vipmp list --demo --status all --name '*print*'", "Find a name in any status."),
    example(
        "list",
        "vipmp list --demo --all --output csv > customers.csv",
        "Write all active customers to a CSV file.",
    ),
    example(
        "show",
        "vipmp list --demo --limit 3 --columns customer-id | tail -n +2 | vipmp show --demo",
        "Print the full records of three customers.",
    ),
    example(
        "show",
        "vipmp list --demo --limit 1 --columns customer-id | tail -n +2 | vipmp show --demo --orders",
        "Include the orders of the current term.",
    ),
    example("export", "vipmp export customers.xlsx --demo", "Export active customers as a workbook."),
    example(
        "export",
        "vipmp export pending.csv --demo --status pending --details",
        "Export pending customers with full details.",
    ),
    example(
        "export",
        "vipmp export prints.csv --demo --name '*print*' --subscriptions",
        "Export matching customers, one row per subscription.",
    ),
    example("resellers", "vipmp resellers --demo", "Print the resellers that you have access to."),
    example("resellers", "vipmp resellers --demo --output csv", "Print the resellers as CSV."),
    example(
        "find",
        "vipmp find --demo 'status:pending'",
        "Print pending customers of all resellers, from the local copy.",
    ),
    example(
        "find",
        "vipmp find --demo 'country:DE seats:>100' --sort -seats --limit 10",
        "Print the ten largest customers in Germany with more than 100 seats.",
    ),
    example(
        "find",
        "vipmp find --demo 'auto:off renewal:60d' --output csv > renewals.csv",
        "Write customers whose renewal is near, with automatic renewal switched off, to a CSV file.",
    ),
    example("today", "vipmp today --demo", "Print what needs attention today."),
    example(
        "today",
        "vipmp today --demo --json > today.json",
        "Write every list of the day to a file, as JSON.",
    ),
    example("renewals", "vipmp renewals --demo --within 2w", "Print the renewals of the next two weeks."),
    example(
        "renewals",
        "vipmp renewals --demo --within 90d --output ics --alarm 7 > renewals.ics",
        "Write the renewals of 90 days to a calendar that reminds a week before each.",
    ),
    example("summary", "vipmp summary --demo", "Print what all customers add up to."),
    example(
        "summary",
        "vipmp summary --demo --json 'country:DE status:active' > germany.json",
        "Write the figures of active customers in Germany to a file, as JSON.",
    ),
    example(
        "note",
        "vipmp note --demo 1006500792 'Wants a quote for 20 seats' --follow-up 7d",
        "Write a note on a customer, and a day for its follow-up.",
    ),
    example("note", "vipmp note --demo 1006500792", "Print the note on a customer."),
    example("note", "vipmp note --demo 1006500792 --delete", "Delete it."),
    example(
        "report",
        "vipmp report --demo report.xlsx",
        "Write all lists of the day and a summary to a workbook.",
    ),
    example(
        "report",
        "vipmp report --demo germany.xlsx --query country:DE --month 2026-12",
        "Write a report on customers in Germany, with the renewals of one month.",
    ),
    example("views list", "vipmp views list --demo", "Print the views of the demo."),
    example("views list", "vipmp views list --demo | grep -i new", "Print the views with new customers."),
    example(
        "views save",
        "vipmp views save --demo Big 'seats:>1000' --sort -seats",
        "Save the customers with more than 1,000 seats as a view.",
    ),
    example(
        "views save",
        "vipmp views save --demo Pending status:pending --columns company,created",
        "Save a view with two columns.",
    ),
    example("views export", "vipmp views export --demo", "Print your own views."),
    example("views export", "vipmp views export --demo > views.toml", "Write your own views to a file."),
    example("views import", "vipmp views import --demo views.toml", "Read views from a file."),
    example(
        "views import",
        "vipmp views export --demo | vipmp views import --demo -",
        "Read views from a pipe.",
    ),
    example("views delete", "vipmp views delete --demo Big", "Delete a view."),
    example("views delete", "vipmp views delete --demo pending", "Delete another one; case does not matter."),
    example("views", "vipmp views list --demo", "Print the views."),
    example(
        "views",
        "vipmp find --demo --view 'New this month' && vipmp views list --demo",
        "Print what is in a view.",
    ),
    example("sync", "vipmp sync --demo", "Read the demo's customers, which are kept in memory only."),
    example("sync", "vipmp sync --demo --json --quiet", "Print the result as JSON."),
    example("portfolio info", "vipmp portfolio info --demo", "Print what the copy holds."),
    example("portfolio info", "vipmp portfolio info --demo --json", "Print it as JSON."),
    example(
        "changes",
        "vipmp changes --demo --since -7d",
        "Print what was observed to change in the last week.",
    ),
    example(
        "changes",
        "vipmp changes --demo --since today --output jsonl",
        "Print today's changes as JSON Lines.",
    ),
    example(
        "sql",
        "vipmp sql --demo 'SELECT country, COUNT(*) FROM v_customers GROUP BY country'",
        "Count customers by country.",
    ),
    example(
        "sql",
        "vipmp sql --demo --output csv 'SELECT * FROM v_renewals' > renewals.csv",
        "Write all renewals to a CSV file.",
    ),
    example(
        "reconcile",
        "vipmp export list.csv --demo --status all --resellers all --subscriptions && vipmp reconcile list.csv --demo",
        "Compare a list, here an export, with the local copy.",
    ),
    example(
        "reconcile",
        "vipmp reconcile list.csv --demo --only-listed --output csv > differences.csv",
        "Write what differs to a CSV file, without what the list does not have.",
    ),
    example("products list", "vipmp products list --demo", "Print the names of the demo's products."),
    example(
        "products list",
        "vipmp products list --demo --output csv > products.csv",
        "Write them to a CSV file, which `products import` reads too.",
    ),
    example(
        "products import",
        "vipmp products import products.csv --dry-run",
        "Report what would be read from a price list.",
    ),
    example(
        "products import",
        "vipmp products import products.csv --month 202601 --heading product-family=name",
        "Read the list of a month, with the names below a heading of your own.",
    ),
    example(
        "products forget",
        "vipmp products forget --yes",
        "Delete all product names without confirmation.",
    ),
    example(
        "products forget",
        "vipmp products forget --yes && vipmp products list",
        "Check that none is left.",
    ),
    example("products", "vipmp products list", "Print the product names that you have imported."),
    example("products", "vipmp products list --demo", "Print those of the demo."),
    example(
        "profile add",
        "vipmp profile add test --environment sandbox --reseller-id 1000400001 --client-id my-id --secret-env MY_SECRET --no-test",
        "Add a sandbox profile whose secret is in an environment variable.",
    ),
    example(
        "profile add",
        "vipmp profile add live --reseller-id 1000400001 --client-id my-id --secret-command pass show vipmp --no-test",
        "Add a production profile whose secret comes from a password manager.",
    ),
    example("profile list", "vipmp profile list", "Print all profiles; * marks the default."),
    example("profile list", "vipmp profile list --json", "Print all profiles as JSON."),
    example("profile edit", "vipmp profile edit test --rename sandbox --no-test", "Rename a profile."),
    example(
        "profile edit",
        "vipmp profile edit sandbox --reseller-id 1000400002 --no-test",
        "Change the reseller of a profile.",
    ),
    example("portfolio path", "vipmp portfolio path --profile live", "Print the folder of the copy."),
    example("portfolio path", "ls \"$(vipmp portfolio path --profile live)\" || true", "List its files."),
    example("portfolio check", "vipmp portfolio check --demo", "Check the demo's copy."),
    example(
        "portfolio check",
        "vipmp portfolio check --profile live || vipmp portfolio check --demo",
        "Check the files of a profile's copy.",
    ),
    example(
        "portfolio forget",
        "vipmp portfolio forget --profile live --yes",
        "Delete the copy without confirmation.",
    ),
    example(
        "portfolio forget",
        "vipmp portfolio forget --demo --yes",
        "Forget the demo's, which is in memory only.",
    ),
    example("portfolio", "vipmp portfolio info --demo", "Print what the copy holds."),
    example("portfolio", "vipmp portfolio path --profile live", "Print the folder of the copy."),
    example("profile use", "vipmp profile use live", "Make a profile the default."),
    example("profile use", "vipmp profile use demo", "Make the demo the default."),
    example("profile test", "vipmp profile test demo", "Sign in to the demo, ping it and load a page."),
    example("profile test", "vipmp profile test demo --json", "Print the result of the test as JSON."),
    example("profile remove", "vipmp profile remove sandbox --yes", "Remove a profile without confirmation."),
    example("profile remove", "vipmp profile remove live --yes", "Remove the production profile."),
    example("profile", "vipmp profile list", "Print all profiles."),
    example("profile", "vipmp profile test demo", "Check that the demo can be reached."),
    example("doctor", "vipmp doctor --demo", "Check this machine, with the demo as the API."),
    example("doctor", "vipmp doctor --demo --json", "Print the results of all checks as JSON."),
    example("serve", "vipmp serve --port 0", "Serve 1,307 customers on any free port."),
    example(
        "serve",
        "vipmp serve --port 0 --latency 200 --faults 429:0.1,drift",
        "Serve with a delay of 200 ms and with faults.",
    ),
    example("serve", "vipmp serve --openapi > openapi.json", "Write the description of the API to a file."),
    example("completions", "vipmp completions bash > vipmp.bash", "Write completions for bash to a file."),
    example("completions", "vipmp completions fish > vipmp.fish", "Write completions for fish to a file."),
    example("man", "vipmp man > vipmp.1", "Write the manual to a file; `man -l vipmp.1` shows it."),
    example("man", "vipmp man --out man1", "Write one page per command to a folder."),
];

/// The exit statuses of all commands.
pub const EXIT_STATUSES: [(u8, &str); 7] = [
    (0, "Success."),
    (1, "Failure; for `vipmp reconcile`, a difference."),
    (2, "Bad command line, or a configuration without a usable profile."),
    (3, "Credentials rejected or unavailable."),
    (4, "Not found."),
    (5, "Partial result: some data is missing."),
    (130, "Interrupted."),
];

/// The files that vipmp reads and writes.
pub const FILES: [(&str, &str); 5] = [
    (
        "~/.config/vipmp/config.toml",
        "Profiles and settings. Set VIPMP_CONFIG_DIR or use --config for another place.",
    ),
    (
        "~/.local/share/vipmp/state.json",
        "The last view of each profile. Set VIPMP_DATA_DIR for another folder.",
    ),
    (
        "~/.local/share/vipmp/portfolio/",
        "The local copy of each profile that keeps one. `vipmp portfolio path` prints its folder.",
    ),
    ("~/.local/share/vipmp/products.json", "The product names of `vipmp products import`, for all profiles."),
    ("FILE.partial", "The rows of an interrupted export, for --resume."),
];

/// The environment variables that vipmp reads.
pub const VARIABLES: [(&str, &str); 14] = [
    ("VIPMP_PROFILE", "Profile to use."),
    ("VIPMP_CONFIG_DIR", "Folder of config.toml."),
    ("VIPMP_DATA_DIR", "Folder of state.json and of the local copies."),
    ("VIPMP_ACCESS_TOKEN", "Access token for this run."),
    ("VIPMP_LOG", "Log levels for --log-file."),
    ("HTTPS_PROXY", "Proxy for https:// addresses."),
    ("ALL_PROXY", "Proxy for all addresses that have no proxy variable of their own."),
    ("NO_PROXY", "Hosts, domains and networks to reach directly."),
    ("SSL_CERT_FILE", "File with certificates to trust instead of the system's."),
    ("SSL_CERT_DIR", "Folder with certificates to trust instead of the system's."),
    ("NO_COLOR", "No colours."),
    ("EDITOR", "Editor for config.toml."),
    ("LC_ALL, LC_CTYPE, LANG", "Locale; if it is not UTF-8, the screen is drawn in ASCII."),
    ("TERM", "Terminal; the full-screen view needs one that is not dumb."),
];

/// Returns the examples of a command, such as `profile add`.
pub fn examples_of(command: &str) -> impl Iterator<Item = &'static Example> {
    EXAMPLES.iter().filter(move |example| example.command == command)
}

/// Returns the end of a command's help page: its examples and, for vipmp itself, the exit statuses.
pub(super) fn after(command: &str) -> String {
    let heading = |title: &str| format!("\x1b[1m\x1b[4m{title}:\x1b[0m");
    let mut text = heading("Examples");
    for example in examples_of(command) {
        let _ = write!(text, "\n  {}\n      {}", example.line, example.purpose);
    }
    if command.is_empty() {
        let _ = write!(text, "\n\n{}", heading("Exit status"));
        for (status, meaning) in EXIT_STATUSES {
            let _ = write!(text, "\n  {status:>3}  {meaning}");
        }
    }
    text
}
