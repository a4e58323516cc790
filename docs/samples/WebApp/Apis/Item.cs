namespace WebApp.Apis;

/// <summary>A line of a page.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Detail">A detail of it.</param>
public sealed record Item(string Name, string Detail);
