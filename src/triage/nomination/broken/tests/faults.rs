//! Texts that are not JSON, each with the line and column of what has to change, and the sentence on it.

pub const FAULTS: &[(&str, &str, &str)] = &[
    (
        "{\n  \"a\": [\n    { \"n\": 3,\n    { \"n\": 4 }\n  ]\n}\n",
        "3:13",
        "The object that begins in line 3 is not closed before the next one. Write its `}` here, before the comma.",
    ),
    (
        "{\n  \"users\": 1,000,000\n}\n",
        "2:12",
        "A number has no comma `,`: thousands stand without one, as in `1000`, and a fraction has a point, as in `0.5`.",
    ),
    ("name: \"x\", \"y\": {}\n", "1:1", "The `{` with which a nomination begins is missing before this."),
    ("{\"a\": 1}\"\n", "1:9", "The nomination ends in line 1, but something follows here. Delete it."),
    (
        "{\n  \"name\": 'x'\n}\n",
        "2:11",
        "A text has to stand in double quotation marks `\"`, but here they are single ones. Replace the one before it and the one behind it, and so in the rest of the file; an apostrophe within a text stays.",
    ),
    (
        "{\n  'name': 'x'\n}\n",
        "2:3",
        "A field's name has to stand in double quotation marks `\"`, but here they are single ones. Replace the one before it and the one behind it, and so in the rest of the file; an apostrophe within a text stays.",
    ),
    (
        "{\n  : \"x\"\n}\n",
        "2:3",
        "The field's name is missing before this colon. Write it in double quotation marks, as in `\"name\":`; or delete the line.",
    ),
    (
        "{\n  \"a\": \"y\",\n  : \"x\"\n}\n",
        "3:3",
        "The field's name is missing before this colon. Write it in double quotation marks, as in `\"name\":`; or delete the line.",
    ),
    (
        "{\n  \"a\": \"y\"\n  \"b\": \"x\"\n}\n",
        "2:10",
        "A comma `,` is missing at the end of line 2: every entry but the last of a list or an object has one.",
    ),
    (
        "{\n  \"a\": {\n    \"c\": 1\n  }\n  \"b\": \"x\"\n}\n",
        "4:3",
        "A comma `,` is missing at the end of line 4: every entry but the last of a list or an object has one.",
    ),
    (
        "{\n  \"a\": [\n    \"x\"\n    \"y\"\n  ]\n}\n",
        "3:7",
        "A comma `,` is missing at the end of line 3: every entry but the last of a list or an object has one.",
    ),
    ("{\n  \"a\": [\"x\" \"y\"]\n}\n", "2:11", "A comma `,` is missing here, between two entries."),
    ("{\n  \"a\": \"y\" \"b\": \"x\"\n}\n", "2:10", "A comma `,` is missing here, between two entries."),
    ("{\n  \"a\": [1 2]\n}\n", "2:9", "A comma `,` is missing here, between two entries."),
    (
        "{\n  \"a\": \"the \"best\" one\",\n  \"b\": 1\n}\n",
        "2:13",
        "The text ends at this quotation mark, but more of it seems to follow. A quotation mark inside a text is written `\\\"`; where two texts are meant, a comma `,` has to stand between them.",
    ),
    (
        "{\n  “a”: 1\n}\n",
        "2:3",
        "Curly quotation marks stand here, as word processors make them. JSON needs straight ones `\"` around every name and text: replace them all there, in an editor for plain text; within a text, curly ones may stay.",
    ),
    (
        "{\n  \"a\": “x”\n}\n",
        "2:8",
        "Curly quotation marks stand here, as word processors make them. JSON needs straight ones `\"` around every name and text: replace them all there, in an editor for plain text; within a text, curly ones may stay.",
    ),
    (
        "{\n  ‘a’: 1\n}\n",
        "2:3",
        "A field's name has to stand in double quotation marks `\"`, but here they are single ones. Replace the one before it and the one behind it, and so in the rest of the file; an apostrophe within a text stays.",
    ),
    (
        "{\n  \"a\": ‘x’\n}\n",
        "2:8",
        "A text has to stand in double quotation marks `\"`, but here they are single ones. Replace the one before it and the one behind it, and so in the rest of the file; an apostrophe within a text stays.",
    ),
    (
        "{\n  \"a\": \"x”,\n  \"b\": 1\n}\n",
        "2:8",
        "The text begins with a straight quotation mark `\"` and ends with a curly one, as word processors make them. Write `\"` at its end, too.",
    ),
    ("{\n  \"a\": \"x\",\n}\n", "2:11", "There is a comma `,` behind the last entry. Delete this comma."),
    ("{\n  \"a\": [\"x\", ]\n}\n", "2:12", "There is a comma `,` behind the last entry. Delete this comma."),
    (
        "{\n  \"a\": \"x\",,\n  \"b\": 1\n}\n",
        "2:12",
        "Two commas `,` stand one after the other. Delete one of them.",
    ),
    ("{\n  \"a\": [, 1]\n}\n", "2:9", "There is a comma `,` before the first entry. Delete this comma."),
    ("{\n  , \"a\": 1\n}\n", "2:3", "There is a comma `,` before the first entry. Delete this comma."),
    (
        "{\n  // my project\n  \"a\": 1\n}\n",
        "2:3",
        "A comment begins here with `//`. JSON has no comments: delete it, to its end.",
    ),
    (
        "{\n  \"a\": 1, /* x */\n  \"b\": 2\n}\n",
        "2:11",
        "A comment begins here with `/*`. JSON has no comments: delete it, to its end.",
    ),
    (
        "{\n  # x\n  \"a\": 1\n}\n",
        "2:3",
        "A comment begins here with `#`. JSON has no comments: delete it, to its end.",
    ),
    (
        "{\n  \"a\": 1\n} // end\n",
        "3:3",
        "A comment begins here with `//`. JSON has no comments: delete it, to its end.",
    ),
    (
        "{\n  \"a\": 1 // one\n}\n",
        "2:10",
        "A comment begins here with `//`. JSON has no comments: delete it, to its end.",
    ),
    (
        "{\n  \"a\": /* x */ 1\n}\n",
        "2:8",
        "A comment begins here with `/*`. JSON has no comments: delete it, to its end.",
    ),
    (
        "// x\n{\n  \"a\": 1\n}\n",
        "1:1",
        "A comment begins here with `//`. JSON has no comments: delete it, to its end.",
    ),
    (
        "{\n  \"a\": \"x,\n  \"b\": 1\n}\n",
        "2:8",
        "The text that begins here has no end. Write the closing quotation mark `\"` at its end, before the comma.",
    ),
    (
        "{\n  \"a\": 1,\n  \"b\": \"x\n}\n",
        "3:8",
        "The text that begins here has no end. Write the closing quotation mark `\"` at its end.",
    ),
    (
        "{\n  \"a\": \"x",
        "2:8",
        "The text that begins here has no end. Write the closing quotation mark `\"` at its end.",
    ),
    (
        "{\n  \"a\": [\"x],\n  \"b\": 1\n}\n",
        "2:9",
        "The text that begins here has no end. Write the closing quotation mark `\"` at its end, before the `]`.",
    ),
    (
        "{\n  \"a: \"x\",\n  \"b\": 1\n}\n",
        "2:3",
        "The closing quotation mark `\"` of a field's name is missing. Write it behind the name, before the colon `:`.",
    ),
    (
        "{\n  \"a\": x\",\n  \"b\": 1\n}\n",
        "2:8",
        "The quotation mark `\"` at the beginning of this text is missing.",
    ),
    (
        "{\n  a\": \"x\",\n  \"b\": 1\n}\n",
        "2:3",
        "The quotation mark `\"` at the beginning of a field's name is missing.",
    ),
    (
        "{\n  a: \"x\"\n}\n",
        "2:3",
        "A field's name has to stand in double quotation marks, as in `\"name\":`, but here are none.",
    ),
    (
        "{\n  \"a\": hello world\n}\n",
        "2:8",
        "A text has to stand in double quotation marks, as in `\"text\"`, but here are none.",
    ),
    (
        "{\n  \"a\": https://x.org\n}\n",
        "2:8",
        "A text has to stand in double quotation marks, as in `\"text\"`, but here are none.",
    ),
    (
        "{\n  \"a\": \"one\ntwo\",\n  \"b\": 1\n}\n",
        "2:8",
        "The text that begins here goes on in the next line, but a text has to stand in one line. Join the lines; where it is to have a line break, write `\\n`.",
    ),
    ("{\n  \"a\": \"one\ttwo\"\n}\n", "2:12", "A tab stands inside a text. Write a blank in its place."),
    ("{\n  \"a\": True\n}\n", "2:8", "This has to be written `true`, in small letters."),
    (
        "{\n  \"a\": None\n}\n",
        "2:8",
        "\"None\" is no value in JSON. Where there is nothing to say, a text is `\"\"` and a list `[]`.",
    ),
    (
        "{\n  \"a\": undefined\n}\n",
        "2:8",
        "\"undefined\" is no value in JSON. Where there is nothing to say, a text is `\"\"` and a list `[]`.",
    ),
    (
        "{\n  \"a\": NaN\n}\n",
        "2:8",
        "\"NaN\" is no value in JSON. Where there is nothing to say, a text is `\"\"` and a list `[]`.",
    ),
    (
        "{\n  \"a\": yes\n}\n",
        "2:8",
        "A text has to stand in double quotation marks, as in `\"text\"`, but here are none.",
    ),
    ("{\n  \"a\": TRUE\n}\n", "2:8", "This has to be written `true`, in small letters."),
    (
        "{\n  \"a\": ,\n  \"b\": 1\n}\n",
        "2:6",
        "The value behind this colon is missing. Write it; where there is nothing to say, a text is `\"\"` and a list `[]`.",
    ),
    (
        "{\n  \"a\": \n}\n",
        "2:6",
        "The value behind this colon is missing. Write it; where there is nothing to say, a text is `\"\"` and a list `[]`.",
    ),
    (
        "{\n  \"a\":\n  \"b\": 1\n}\n",
        "2:6",
        "The value behind this colon is missing. Write it; where there is nothing to say, a text is `\"\"` and a list `[]`.",
    ),
    ("{\n  \"a\" \"x\"\n}\n", "2:3", "A colon `:` is missing between this field's name and its value."),
    (
        "{\n  \"a\"\n}\n",
        "2:3",
        "This field has a name but no value. Write a colon `:` and the value behind it.",
    ),
    (
        "{\n  \"a\" = \"x\"\n}\n",
        "2:7",
        "Between a field's name and its value stands a colon `:`, but here it is \"=\". Replace it.",
    ),
    (
        "{\n  \"a\": 1;\n  \"b\": 2\n}\n",
        "2:9",
        "Between entries stands a comma `,`, but here it is \";\". Replace it.",
    ),
    (
        "{\n  \"a\": 1,\n  \"b\",\n \"c\": 3\n}\n",
        "3:3",
        "This field has a name but no value. Write a colon `:` and the value behind it.",
    ),
    ("", "1:1", "It is empty. A nomination is one object: it begins with `{` and ends with `}`."),
    (" \n\n", "1:1", "It is empty. A nomination is one object: it begins with `{` and ends with `}`."),
    (
        "{\n  \"a\": 1\n}\n{\n  \"b\": 2\n}\n",
        "4:1",
        "The nomination ends in line 3, and here a second one begins. Put it into a file of its own, or delete it.",
    ),
    (
        "{\n  \"a\": 1\n},\n{\n  \"b\": 2\n}\n",
        "4:1",
        "The nomination ends in line 3, and here a second one begins. Put it into a file of its own, or delete it.",
    ),
    (
        "{\n  \"a\": 1\n},\n  \"b\": 2\n}\n",
        "3:1",
        "The nomination ends with this `}`, but more fields follow. Delete this one sign.",
    ),
    (
        "{\n  \"a\": {\n \"c\": 1 }},\n  \"b\": 2\n}\n",
        "3:10",
        "The nomination ends with this `}`, but more fields follow. Delete this one sign.",
    ),
    ("{\n  \"a\": 1\n}}\n", "3:2", "One closing `}` too many stands here. Delete it."),
    (
        "```json\n{\n  \"a\": 1\n}\n```\n",
        "1:1",
        "It stands between lines of three backticks, as code does in Markdown. Delete this line, and the last one like it.",
    ),
    (
        "```\n{\n  \"a\": 1\n}\n```\n",
        "1:1",
        "It stands between lines of three backticks, as code does in Markdown. Delete this line, and the last one like it.",
    ),
    (
        "Here is the file:\n{\n  \"a\": 1\n}\n",
        "1:1",
        "Something stands before the `{` with which a nomination begins. Delete what is before it.",
    ),
    (
        "{\n  \"a\": 1\n}\nThanks!\n",
        "4:1",
        "The nomination ends in line 3, but something follows here. Delete it.",
    ),
    ("  \"a\": 1,\n  \"b\": 2\n}\n", "1:3", "The `{` with which a nomination begins is missing before this."),
    ("{\n  \"a\": 1,\n  \"b\": 2\n", "3:8", "It ends too early. Write `}` at its end."),
    (
        "{\n  \"a\": [\n    {\"c\": 1},\n  \"b\": 2\n}\n",
        "3:13",
        "The list that begins in line 2 is not closed before the next field. Write its `]` here, before the comma.",
    ),
    (
        "{\n  \"a\": [\"x\", \"y\",\n  \"b\": 2\n}\n",
        "2:17",
        "The list that begins in line 2 is not closed before the next field. Write its `]` here, before the comma.",
    ),
    (
        "{\n  \"a\": [\"x\", \"y\"\n}\n",
        "2:16",
        "The list that begins in line 2 is not closed. Its `]` is missing here, or stands below as `}`; or that `}` is one too many.",
    ),
    (
        "{\n  \"a\": [\"x\", \"y\"}\n}\n",
        "2:16",
        "The list that begins in line 2 is not closed. Its `]` is missing here, or stands there as `}`; or that `}` is one too many.",
    ),
    (
        "{\n  \"a\": {\"x\": 1]\n}\n",
        "2:14",
        "The object that begins in line 2 is not closed. Its `}` is missing here, or stands there as `]`; or that `]` is one too many.",
    ),
    (
        "{\n  \"a\": [\"x\": 1]\n}\n",
        "2:9",
        "In a list `[ ]` stand values alone, but here is a field with a name. Put `{ }` around it.",
    ),
    (
        "{\n  \"a\": [\n    \"x\": 1\n  ]\n}\n",
        "2:8",
        "In a list `[ ]` stand values alone, but this one begins with a field. Write `{ }` in place of `[ ]`; or, if the list is to be empty, write its `]` here.",
    ),
    (
        "{\n  \"a\": [\"x\"].\n}\n",
        "2:13",
        "Behind this stands a comma `,` or a closing bracket, but the file has \".\". Delete what does not belong there.",
    ),
    (
        "{\n  \"a\": (\"x\", \"y\")\n}\n",
        "2:8",
        "A list stands in square brackets `[ ]`, but here are round ones.",
    ),
    (
        "{\n  \"a\": 03\n}\n",
        "2:8",
        "This is not a number as JSON writes one: digits, and a point if need be, as in `17` and `0.5`; no `+` or `0` in front, and nothing behind. If it is a text, put it in double quotation marks `\"`.",
    ),
    (
        "{\n  \"a\": +3\n}\n",
        "2:8",
        "This is not a number as JSON writes one: digits, and a point if need be, as in `17` and `0.5`; no `+` or `0` in front, and nothing behind. If it is a text, put it in double quotation marks `\"`.",
    ),
    (
        "{\n  \"a\": .5\n}\n",
        "2:8",
        "This is not a number as JSON writes one: digits, and a point if need be, as in `17` and `0.5`; no `+` or `0` in front, and nothing behind. If it is a text, put it in double quotation marks `\"`.",
    ),
    (
        "{\n  \"a\": 5.\n}\n",
        "2:8",
        "This is not a number as JSON writes one: digits, and a point if need be, as in `17` and `0.5`; no `+` or `0` in front, and nothing behind. If it is a text, put it in double quotation marks `\"`.",
    ),
    (
        "{\n  \"a\": -\n}\n",
        "2:8",
        "This is not a number as JSON writes one: digits, and a point if need be, as in `17` and `0.5`; no `+` or `0` in front, and nothing behind. If it is a text, put it in double quotation marks `\"`.",
    ),
    (
        "{\n  \"a\": 0,5\n}\n",
        "2:8",
        "A number has no comma `,`: thousands stand without one, as in `1000`, and a fraction has a point, as in `0.5`.",
    ),
    (
        "{\n  \"a\": 1.000.000\n}\n",
        "2:8",
        "This is not a number as JSON writes one: digits, and a point if need be, as in `17` and `0.5`; no `+` or `0` in front, and nothing behind. If it is a text, put it in double quotation marks `\"`.",
    ),
    (
        "{\n  \"a\": 50%\n}\n",
        "2:8",
        "This is not a number as JSON writes one: digits, and a point if need be, as in `17` and `0.5`; no `+` or `0` in front, and nothing behind. If it is a text, put it in double quotation marks `\"`.",
    ),
    (
        "{\n  \"a\": \"C:\\data\"\n}\n",
        "2:11",
        "A backslash `\\` inside a text is written twice: `\\\\`. Where none is meant, delete it.",
    ),
    (
        "{\n  \"a\": \"it\\'s\"\n}\n",
        "2:11",
        "A backslash `\\` inside a text is written twice: `\\\\`. Where none is meant, delete it.",
    ),
    (
        "name: x\nstage: nominee\n",
        "1:1",
        "It does not look like JSON. A nomination begins with `{`, holds fields such as `\"name\": \"Open Clinic\"` with commas between them, and ends with `}`.",
    ),
    (
        "<!DOCTYPE html>\n<html></html>\n",
        "1:1",
        "It is a web page. Where you saved it from GitHub, click `Raw` on the page that shows the file, and copy what is shown then.",
    ),
    (
        "{\n<<<<<<< HEAD\n  \"a\": 1\n=======\n  \"a\": 2\n>>>>>>> main\n}\n",
        "2:1",
        "Two versions of the file were merged, and both were left in it. Keep one of the two that stand between `<<<<<<<` and `>>>>>>>`, and delete these two lines and the one with `=======`.",
    ),
    (
        "{\n  \"a\": 1,\n<<<<<<< HEAD\n  \"b\": 1\n=======\n  \"b\": 2\n>>>>>>> main\n}\n",
        "3:1",
        "Two versions of the file were merged, and both were left in it. Keep one of the two that stand between `<<<<<<<` and `>>>>>>>`, and delete these two lines and the one with `=======`.",
    ),
    (
        "{\n\u{a0}\u{a0}\"a\": 1\n}\n",
        "2:1",
        "A character that nobody sees (U+00A0) stands here. Such come along when text is copied from a web page or a word processor. Delete it; where a blank is needed, type one.",
    ),
    (
        "{\n  \"a\": \u{200b}1\n}\n",
        "2:8",
        "A character that nobody sees (U+200B) stands here. Such come along when text is copied from a web page or a word processor. Delete it; where a blank is needed, type one.",
    ),
    (
        "{\n  \"a\"： \"x\"\n}\n",
        "2:6",
        "Between a field's name and its value stands a colon `:`, but here it is \"：\". Replace it.",
    ),
    (
        "{\n  \"a\": \"x\"，\n  \"b\": 1\n}\n",
        "2:11",
        "Between entries stands a comma `,`, but here it is \"，\". Replace it.",
    ),
    (
        "{\n  \"a\": `x`\n}\n",
        "2:8",
        "A text has to stand in double quotation marks `\"`, but here they are single ones. Replace the one before it and the one behind it, and so in the rest of the file; an apostrophe within a text stays.",
    ),
    (
        "{\n  \"a\": 1,\n  ...\n}\n",
        "3:3",
        "Three points stand here, as for something left out. Write it out, or delete them.",
    ),
    (
        "{\n  \"a\": \"\u{0}\"\n}\n",
        "2:9",
        "A character that nobody sees stands inside a text: \"‹U+0000›\". Delete it.",
    ),
    (
        "{\\\"a\\\": \\\"x\\\"}\n",
        "1:2",
        "A backslash `\\` stands outside of a text. Delete it; where every quotation mark has one before it, delete all of these.",
    ),
];
