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
    internal bool Has(string key) => Section.GetSection(key) is var found && (!string.IsNullOrWhiteSpace(found.Value) || found.GetChildren().Any());

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

        // A number alone is days, which nobody means who writes 90. TimeSpan.Parse also takes 24:00:00 for 24 days, which the format c refuses.
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan value)
            && (value > TimeSpan.Zero || (mayBeZero && value == TimeSpan.Zero)))
        {
            return value;
        }

        Refuse(key, $"is no period{(mayBeZero ? "" : " above zero")}: write days.hours:minutes:seconds with at most 23 hours (a day is 1.00:00:00), as {example}.");
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

    /// <summary>An array, or text with spaces between the entries. An entry without a value is noted, and so is text beside an array.</summary>
    internal IReadOnlyList<string> Entries(string key, string example)
    {
        IConfigurationSection list = Section.GetSection(key);
        IConfigurationSection[] children = [.. list.GetChildren()];

        // Since .NET 10 an empty array of JSON is empty text, and another provider may add entries to it.
        if (!string.IsNullOrWhiteSpace(list.Value))
        {
            if (children.Length > 0)
            {
                Refuse(key, $"is text and an array, probably from two configuration providers: write it as one of them, as [ \"{example}\" ].");
            }

            return list.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }

        foreach (IConfigurationSection child in children.Where(static child => string.IsNullOrWhiteSpace(child.Value)))
        {
            Refuse($"{key}:{child.Key}", $"has no value: write one, or remove the entry, as {example}.");
        }

        return [.. children.Where(static child => !string.IsNullOrWhiteSpace(child.Value)).Select(static child => child.Value!)];
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
