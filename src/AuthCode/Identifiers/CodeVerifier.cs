namespace AuthCode;

/// <summary>A PKCE code verifier (RFC 7636 section 4.1): 43 to 128 unreserved characters. Only its owner reads it.</summary>
internal sealed record CodeVerifier
{
    private const int Shortest = 43;
    private const int Longest = 128;

    private CodeVerifier(string value) => Value = value;

    internal readonly string Value;

    /// <exception cref="ArgumentException">The text is no code verifier; the message does not repeat it.</exception>
    internal static CodeVerifier Parse(string codeVerifier, string parameterName) =>
        codeVerifier.Length is >= Shortest and <= Longest && Characters.AreUnreserved(codeVerifier)
            ? new CodeVerifier(codeVerifier)
            : throw new ArgumentException(
                $"The code verifier (CodeVerifier) must be {Shortest} to {Longest} letters, digits, '-', '.', '_' or '~' (RFC 7636 section 4.1).",
                parameterName);

    public override string ToString() => "(code verifier)";
}
