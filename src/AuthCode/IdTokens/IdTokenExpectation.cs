namespace AuthCode;

/// <summary>What a sign-in asked for, and its ID token must show.</summary>
/// <param name="Nonce">The nonce of the authorize request; <see langword="null"/> if it had none.</param>
/// <param name="MaxAge">How old the user's authentication may be when the sign-in begins; <see langword="null"/> for any age.</param>
/// <param name="AcrValues">The authentication contexts of which it must have one; empty for any.</param>
/// <param name="StartedOn">When the sign-in began; <see langword="null"/> if that is not known.</param>
internal sealed record IdTokenExpectation(Nonce? Nonce, TimeSpan? MaxAge, IReadOnlyList<string> AcrValues, DateTimeOffset? StartedOn)
{
    public override string ToString() => "what a sign-in asked for";
}
