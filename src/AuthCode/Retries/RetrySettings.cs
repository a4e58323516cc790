namespace AuthCode;

/// <summary>The checked values of <see cref="TokenRetryOptions"/>.</summary>
internal sealed record RetrySettings(int MaxRetries, TimeSpan Delay, TimeSpan MaxDelay, TimeSpan NetworkTimeout);
