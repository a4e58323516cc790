using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AuthCode;

/// <summary>What a health check has found. No finding holds a secret, a user or an address of the store.</summary>
/// <param name="failureStatus">The status of a failure.</param>
internal sealed class HealthFindings(HealthStatus failureStatus)
{
    private readonly List<string> _sentences = [];
    private readonly Dictionary<string, object> _data = new(StringComparer.Ordinal);
    private HealthStatus _status = HealthStatus.Healthy;
    private Exception? _exception;

    internal void Note(string key, object value) => _data[key] = value;

    /// <summary>Notes what works, and will not for long.</summary>
    internal void Degrade(string sentence, AuthenticationFailedException? exception = null) => Add(HealthStatus.Degraded, sentence, exception);

    /// <summary>Notes what does not work.</summary>
    internal void Fail(string sentence, AuthenticationFailedException? exception = null) => Add(failureStatus, sentence, exception);

    internal HealthCheckResult ToResult() => new(_status, _sentences.Count == 0 ? null : string.Join(' ', _sentences), _exception, _data);

    // The lower, the worse.
    private void Add(HealthStatus status, string sentence, AuthenticationFailedException? exception)
    {
        _exception ??= exception;
        _status = status < _status ? status : _status;
        _sentences.Add(sentence);
    }
}
