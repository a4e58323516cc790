namespace AuthCode.Circuits;

/// <summary>Tells components of something that a request of somebody else did.</summary>
internal sealed class Bell
{
    internal event Func<Task>? Rang;

    internal Task RingAsync() => Rang?.Invoke() ?? Task.CompletedTask;
}
