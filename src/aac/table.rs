//! Tables of words, in text files beside the code: what another program says, and what that means
//! to a person.

/// What stands after the first `|` in the first row that fits `text`, or nothing: one of the words
/// before that `|`, which are separated by semicolons, is in `text`. Spaces before a word count, and
/// an empty word fits all. Lines that begin with `//` are comments.
pub fn find(table: &'static str, text: &str) -> &'static str {
    let lines = table.lines().filter(|line| !line.starts_with("//"));
    let mut rows = lines.filter_map(|line| line.split_once(" |"));
    let row = rows.find(|(words, _)| words.split("; ").any(|word| text.contains(word)));
    row.map_or("", |(_, meaning)| meaning.trim())
}
