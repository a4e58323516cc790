namespace AuthCode;

/// <summary>What was looked for at a server, or the reason why it could not be had.</summary>
/// <param name="Value">What was found.</param>
/// <param name="Failure">Set when it was not.</param>
/// <param name="IsFinal">Whether looking again would find the same reason.</param>
internal readonly record struct Result<T>(T? Value, Failure? Failure = null, bool IsFinal = false)
    where T : class
{
    /// <exception cref="AuthenticationFailedException">It could not be had.</exception>
    internal T OrThrow() => Value ?? throw Failure!.ToException();
}
