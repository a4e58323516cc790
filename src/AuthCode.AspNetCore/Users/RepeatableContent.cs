using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Json;

namespace AuthCode;

/// <summary>Whether the body of a request can be sent a second time.</summary>
internal static class RepeatableContent
{
    internal static bool Is(HttpContent? content) =>
        content is null or ByteArrayContent or ReadOnlyMemoryContent || (content is JsonContent json && !IsReadOnce(json.Value));

    // What was enumerated for the first request may have nothing left for the second one, which would then send an empty list.
    private static bool IsReadOnce(object? value) => value switch
    {
        null or string => false,
        IEnumerable items => items is not ICollection && !HasInterface(value, typeof(ICollection<>)) && !HasInterface(value, typeof(IReadOnlyCollection<>)),
        _ => HasInterface(value, typeof(IAsyncEnumerable<>)),
    };

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The serializer uses these interfaces of what it serializes, so trimming leaves them.")]
    private static bool HasInterface(object value, Type definition) =>
        Array.Exists(value.GetType().GetInterfaces(), type => type.IsGenericType && type.GetGenericTypeDefinition() == definition);
}
