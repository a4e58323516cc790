using System.Globalization;
using System.Text;

namespace AuthCode;

/// <summary>Text that came from outside, made fit for a message: no control or formatting characters, and capped.</summary>
internal static class ServerText
{
    internal const int LongestWord = 256;
    internal const int LongestSentence = 1024;

    internal static string? Clean(string? text, int longest)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var cleaned = new StringBuilder(Math.Min(text.Length, longest));
        foreach (char c in text)
        {
            if (cleaned.Length == longest)
            {
                cleaned.Append('…');
                break;
            }

            bool blank = IsUnprintable(c) || c == ' ';
            if (blank && (cleaned.Length == 0 || cleaned[^1] == ' '))
            {
                continue;
            }

            cleaned.Append(blank ? ' ' : c);
        }

        string result = cleaned.ToString().TrimEnd();
        return result.Length == 0 ? null : result;
    }

    // Beside CR, LF and ANSI's ESC: line separators and bidirectional overrides, which rewrite what a log reader sees.
    private static bool IsUnprintable(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
