namespace AuthCode;

/// <summary>What came of a read of a server's metadata.</summary>
/// <param name="Failure">Why it could not be read; <see langword="null"/> if it could.</param>
/// <param name="HasWorked">Whether it could be read then or earlier in this process.</param>
/// <param name="Timestamp">When the read ended.</param>
internal sealed record MetadataReading(AuthenticationFailedException? Failure, bool HasWorked, long Timestamp);
