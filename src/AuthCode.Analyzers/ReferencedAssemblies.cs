using System.Reflection.Metadata;
using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers;

/// <summary>The assemblies that a compilation references: their metadata names the types that they use.</summary>
internal static class ReferencedAssemblies
{
    private const string Msal = "Microsoft.Identity.Client";

    /// <summary>The assemblies that use a type of MSAL, or one that calls MSAL; with the first such type.</summary>
    internal static IEnumerable<(string Assembly, string Type)> ThatNeedMsal(Compilation compilation, CancellationToken cancellationToken)
    {
        foreach (MetadataReference reference in compilation.References)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (compilation.GetAssemblyOrModuleSymbol(reference) is IAssemblySymbol assembly && FirstTypeUsedBy(assembly) is { } type)
            {
                yield return (assembly.Name, type);
            }
        }
    }

    // The compiler reads no more of an assembly than it needs, so it may accept one that cannot be read. The others are looked at still.
    private static string? FirstTypeUsedBy(IAssemblySymbol assembly)
    {
        try
        {
            return MayNeedMsal(assembly) ? FirstTypeIn(assembly) : null;
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }

    private static bool MayNeedMsal(IAssemblySymbol assembly) =>
        !AzureIdentityTypes.IsHome(assembly.Name)
        && !assembly.Name.StartsWith(Msal, StringComparison.Ordinal)
        && assembly.Modules.Any(static module => module.ReferencedAssemblies.Any(static used => AzureIdentityTypes.IsHome(used.Name) || IsMsal(used.Name)));

    private static string? FirstTypeIn(IAssemblySymbol assembly) => assembly.GetMetadata() is { } metadata
        ? metadata.GetModules().Select(module => FirstTypeIn(module.GetMetadataReader(), assembly.Name)).FirstOrDefault(static type => type is not null)
        : null;

    private static string? FirstTypeIn(MetadataReader reader, string assembly)
    {
        foreach (TypeReferenceHandle handle in reader.TypeReferences)
        {
            TypeReference type = reader.GetTypeReference(handle);
            if (type.ResolutionScope.Kind != HandleKind.AssemblyReference)
            {
                continue;
            }

            string home = reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name);
            string name = reader.GetString(type.Name);
            string space = reader.GetString(type.Namespace);
            if (IsMsal(home) || (AzureIdentityTypes.IsHome(home) && space == AzureIdentityTypes.Namespace && AzureIdentityTypes.NeedsMsalIn(assembly, name)))
            {
                return $"{space}.{name}";
            }
        }

        return null;
    }

    private static bool IsMsal(string assembly) => assembly is Msal or "Microsoft.Identity.Client.Extensions.Msal";
}
