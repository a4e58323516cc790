namespace AuthCode.Extensions.Tests;

/// <summary>Protects nothing; for tests that are about something else.</summary>
internal sealed class PlainProtector : ISessionProtector
{
    public byte[] Protect(ReadOnlySpan<byte> data, SessionBinding binding) => data.ToArray();

    public byte[]? Unprotect(ReadOnlySpan<byte> data, SessionBinding binding) => data.ToArray();
}
