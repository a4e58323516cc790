using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AuthCode;

/// <summary>Reads the values of a section, and notes what is wrong with them: the path of the key, what is wrong, what would be right, and an example. No value is quoted.</summary>
/// <param name="section">The section.</param>
/// <param name="problems">What is wrong, for all sections of the client.</param>
internal sealed class SectionReader(IConfigurationSection section, List<string> problems)
{
    internal IConfigurationSection Section { get; } = section;

    internal SectionReader At(string key) => new(Section.GetSection(key), problems);

    /// <summary>Whether the key has a value, or keys below it.</summary>
    internal bool Has(string key) => Section.GetSection(key) is var found && (!string.IsNullOrEmpty(found.Value) || found.GetChildren().Any());

    internal string? Text(string key) => Section[key] is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>Notes a problem of a key.</summary>
    internal void Refuse(string key, string problem) => problems.Add($"{Section.Path}:{key} {problem}");

    /// <summary>Notes a problem of the section itself.</summary>
    internal void Refuse(string problem) => problems.Add($"{Section.Path} {problem}");

    internal bool? Flag(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (bool.TryParse(text, out bool value))
        {
            return value;
        }

        Refuse(key, "is neither true nor false: set it to one of them, as true.");
        return null;
    }

    internal TimeSpan? Period(string key, string example, bool mayBeZero = false)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        // TimeSpan.Parse takes a number alone for days, which nobody means who writes 90.
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan value)
            && (value > TimeSpan.Zero || (mayBeZero && value == TimeSpan.Zero)))
        {
            return value;
        }

        Refuse(key, $"is no period{(mayBeZero ? "" : " above zero")}: write days.hours:minutes:seconds, as {example}.");
        return null;
    }

    internal Uri? Address(string key, string example)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "https" or "http")
        {
            return address;
        }

        Refuse(key, $"names no usable authorization server, since it is no absolute address: write it with its scheme, as {example}.");
        return null;
    }

    /// <summary>An array, or text with spaces between the entries; each with its path.</summary>
    internal IReadOnlyList<(string Path, string Value)> Entries(string key)
    {
        IConfigurationSection list = Section.GetSection(key);
        return list.Value is { } text
            ? [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => (list.Path, entry))]
            : [.. list.GetChildren().Where(static child => !string.IsNullOrWhiteSpace(child.Value)).Select(static child => (child.Path, child.Value!))];
    }

    /// <summary>A value that the key must have.</summary>
    internal bool TryRequire(string key, string problem, [NotNullWhen(true)] out string? value)
    {
        value = Text(key);
        if (value is null)
        {
            Refuse(key, problem);
        }

        return value is not null;
    }
}
