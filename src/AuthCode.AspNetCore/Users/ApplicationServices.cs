namespace AuthCode;

/// <summary>The services of the application, which are none of a scope.</summary>
/// <param name="Provider">As a singleton sees them.</param>
internal sealed record ApplicationServices(IServiceProvider Provider);
