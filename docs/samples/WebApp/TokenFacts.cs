namespace WebApp;

/// <summary>What a page shows of a token, which is never the token.</summary>
/// <param name="Scope">What it is for.</param>
/// <param name="ExpiresOn">When it ends.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Requests">The requests to the authorization server that the page caused.</param>
public sealed record TokenFacts(string Scope, DateTimeOffset ExpiresOn, string Source, IReadOnlyList<string> Requests);
