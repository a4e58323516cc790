using System.Text.Json;

namespace AuthCode;

/// <summary>What every JSON object must be before it is trusted: an object, valid Unicode, and no member twice.</summary>
internal static class JsonShape
{
    /// <summary>Whether a text is such an object.</summary>
    internal static bool IsObject(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return ProblemOf(document.RootElement) is null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>What is wrong with the document, without quoting it; <see langword="null"/> when nothing is.</summary>
    internal static string? ProblemOf(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object ? ProblemWithin(root) : "They are JSON, but not an object.";

    private static string? ProblemWithin(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.Object => ProblemWithinObject(element),
                JsonValueKind.Array => element.EnumerateArray().Select(ProblemWithin).FirstOrDefault(static problem => problem is not null),
                JsonValueKind.String => ProblemWithinString(element),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return "A string is not valid Unicode.";
        }
    }

    // Reading it is what shows.
    private static string? ProblemWithinString(JsonElement element)
    {
        _ = element.GetString();
        return null;
    }

    private static string? ProblemWithinObject(JsonElement element)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!names.Add(member.Name))
            {
                return "A member stands twice.";
            }

            if (ProblemWithin(member.Value) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }
}
