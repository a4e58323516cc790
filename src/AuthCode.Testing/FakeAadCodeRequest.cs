namespace AuthCode.Testing;

/// <summary>What an authorization code is bound to, for <see cref="FakeAad.IssueCode(FakeAadCodeRequest)"/>.</summary>
public sealed record FakeAadCodeRequest
{
    /// <summary>The scopes that the user consents to.</summary>
    /// <value>Default: empty.</value>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The client that may redeem the code.</summary>
    /// <value>Default: <see langword="null"/>, <see cref="FakeAadOptions.ClientId"/>.</value>
    public string? ClientId { get; init; }

    /// <summary>The redirect URI as text; <see langword="null"/> for an authorize request without one.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? RedirectUri { get; init; }

    /// <summary>The PKCE challenge (RFC 7636).</summary>
    /// <value>Default: <see langword="null"/>, no PKCE.</value>
    public string? CodeChallenge { get; init; }

    /// <summary>How the challenge was made: <c>S256</c> or <c>plain</c>.</summary>
    /// <value>Default: <c>S256</c>.</value>
    public string CodeChallengeMethod { get; init; } = "S256";

    /// <summary>The nonce that goes into the ID token.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public string? Nonce { get; init; }

    /// <summary>Who signed in.</summary>
    /// <value>Default: <see langword="null"/>, <see cref="FakeAadOptions.User"/>.</value>
    public FakeAadUser? User { get; init; }
}
