using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>Every log event of this package, with its id; none takes a value that could hold a secret. The category is that of the library.</summary>
internal static partial class ExtensionsLog
{
    internal const string Category = "AuthCode";

    [LoggerMessage(101, LogLevel.Warning, "The configuration key {Path} is not known and has no effect.{Hint}")]
    internal static partial void KeyUnknown(ILogger logger, string path, string hint);

    [LoggerMessage(102, LogLevel.Warning, "{Reason} The client authenticates by {Path} instead.")]
    internal static partial void CredentialSkipped(ILogger logger, string reason, string path);

    [LoggerMessage(103, LogLevel.Warning, "Sessions of {Client} are in a shared store, and the keys of Data Protection are {Keys}: sessions cannot be read by another instance, and no longer after a restart or a new deployment, so that their users must sign in again. Persist the keys where all instances find them, as services.AddDataProtection().PersistKeysToFileSystem(…).SetApplicationName(…).")]
    internal static partial void KeysNotPersisted(ILogger logger, string client, string keys);

    [LoggerMessage(104, LogLevel.Error, "The background refresh of {Client} failed ({ExceptionType}); it is tried again, and further failures are not logged until it works.")]
    internal static partial void BackgroundRefreshFailed(ILogger logger, string client, string exceptionType);

    [LoggerMessage(105, LogLevel.Warning, "The host stops, and {Count} sessions and sign-outs of {Client} could not be stored: other instances do not have their newest tokens, and do not know of sign-outs.")]
    internal static partial void NotStored(ILogger logger, string client, int count);
}
