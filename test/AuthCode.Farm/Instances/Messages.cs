using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuthCode.Farm.Instances;

/// <summary>What the test wants of an instance: one line of its standard input.</summary>
internal sealed record Command(string Do)
{
    public int Id { get; init; }

    public int Count { get; init; }

    public double Seconds { get; init; }

    public GatePlace Place { get; init; }

    public string Scope { get; init; } = "";

    public IReadOnlyList<Session> Sessions { get; init; } = [];

    public IReadOnlyList<Callback> Callbacks { get; init; } = [];
}

/// <summary>One line of an instance's standard output: the result of a command, or a gate that was reached.</summary>
internal sealed record Reply
{
    public int Id { get; init; }

    public GatePlace? Reached { get; init; }

    public string? Error { get; init; }

    public IReadOnlyList<SignInPage> Pages { get; init; } = [];

    public IReadOnlyList<Session> Sessions { get; init; } = [];

    public Tally? Tally { get; init; }

    public int Count { get; init; }

    public IReadOnlyList<string> Tokens { get; init; } = [];
}

/// <summary>Where a user is sent, and what the service keeps until the user is back.</summary>
internal sealed record SignInPage(Uri Uri, string Transaction);

/// <summary>A user who comes back.</summary>
internal sealed record Callback(string Transaction, Uri Uri);

/// <summary>A session, and the user it belongs to.</summary>
internal sealed record Session(string Key, string AccountKey, string ObjectId);

/// <summary>What came of many calls for tokens.</summary>
/// <param name="Tokens">How many calls got a token of their user.</param>
/// <param name="Foreign">How many got a token of another user.</param>
/// <param name="Missing">How many found no session.</param>
/// <param name="Failures">How many failed, by the kind of the failure.</param>
internal sealed record Tally(int Tokens, int Foreign, int Missing, IReadOnlyDictionary<string, int> Failures)
{
    internal int Calls => Tokens + Foreign + Missing + Failures.Values.Sum();

    public override string ToString() => $"{Tokens} tokens, {Foreign} foreign, {Missing} missing{string.Concat(Failures.Select(static failure => $", {failure.Value} {failure.Key}"))}";
}

internal static class Lines
{
    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    internal static string Write<T>(T message) => JsonSerializer.Serialize(message, Options);

    internal static T Read<T>(string line) => JsonSerializer.Deserialize<T>(line, Options)!;
}
