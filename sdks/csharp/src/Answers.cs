using System;
using System.Collections.Generic;

namespace Gatepass.Sdk
{
    /// <summary>When something was made and when it runs out; milliseconds count from 1970.</summary>
    public abstract class Timed : Model
    {
        internal Timed()
        {
        }

        [Wire("creation_time_in_millis", Promised = true)]
        public long CreationTimeInMillis { get; private set; }

        [Wire("expiration_time_in_millis", Promised = true)]
        public long ExpirationTimeInMillis { get; private set; }

        /// <summary>When it was made, UTC.</summary>
        public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeMilliseconds(CreationTimeInMillis);

        /// <summary>When it runs out, UTC.</summary>
        public DateTimeOffset ExpiresAt => DateTimeOffset.FromUnixTimeMilliseconds(ExpirationTimeInMillis);
    }

    /// <summary>A token, to be kept by whoever asked for it.</summary>
    public abstract class IssuedToken : Timed
    {
        internal IssuedToken()
        {
        }

        [Wire("token", Promised = true, Secret = true)]
        public string Token { get; private set; }
    }

    /// <summary>A user, group, tag or Liveboard by id and name.</summary>
    public sealed class Reference : Model
    {
        [Wire("id", Promised = true)] public string Id { get; private set; }

        [Wire("name")] public string Name { get; private set; }
    }

    /// <summary>An Org by id and name.</summary>
    public sealed class OrgReference : Model
    {
        [Wire("id", Promised = true)] public int Id { get; private set; }

        [Wire("name")] public string Name { get; private set; }
    }

    /// <summary>What a token is limited to: FULL, or REPORT_BOOK_VIEW and the object's id.</summary>
    public sealed class Scope : Model
    {
        [Wire("access_type", Promised = true)] public string AccessType { get; private set; }

        [Wire("org_id", Promised = true)] public int OrgId { get; private set; }

        [Wire("metadata_id")] public string MetadataId { get; private set; }
    }

    /// <summary>A full or object token.</summary>
    public sealed class ScopedToken : IssuedToken
    {
        [Wire("scope", Promised = true)] public Scope Scope { get; private set; }

        [Wire("valid_for_user_id", Promised = true)]
        public string ValidForUserId { get; private set; }

        [Wire("valid_for_username", Promised = true)]
        public string ValidForUsername { get; private set; }
    }

    /// <summary>A custom token.</summary>
    public sealed class AccessToken : IssuedToken
    {
        [Wire("id")] public string Id { get; private set; }

        [Wire("org", Promised = true)] public OrgReference Org { get; private set; }

        [Wire("user", Promised = true)] public Reference User { get; private set; }
    }

    /// <summary>A token of the caller's session.</summary>
    public sealed class SessionToken : IssuedToken
    {
        [Wire("valid_for_user_id", Promised = true)]
        public string ValidForUserId { get; private set; }

        [Wire("valid_for_username", Promised = true)]
        public string ValidForUsername { get; private set; }
    }

    /// <summary>What a live token is.</summary>
    public sealed class TokenValidation : Timed
    {
        [Wire("scope", Promised = true)] public Scope Scope { get; private set; }

        [Wire("valid_for_user_id", Promised = true)]
        public string ValidForUserId { get; private set; }

        [Wire("token_type", Promised = true)] public string TokenType { get; private set; }
    }

    /// <summary>A trusted secret, shown to administrators alone.</summary>
    public sealed class TrustedKey : Model
    {
        [Wire("key", Promised = true, Secret = true)] public string Key { get; private set; }
    }

    /// <summary>The cluster's trusted authentication.</summary>
    public sealed class ClusterPreferences : Model
    {
        [Wire("auth_status", Promised = true)] public string AuthStatus { get; private set; }

        [Wire("access_tokens")] public IReadOnlyList<TrustedKey> AccessTokens { get; private set; }
    }

    /// <summary>An Org's trusted authentication.</summary>
    public sealed class OrgPreferences : Model
    {
        [Wire("org", Promised = true)] public OrgReference Org { get; private set; }

        [Wire("auth_status", Promised = true)] public string AuthStatus { get; private set; }

        [Wire("access_tokens")] public IReadOnlyList<TrustedKey> AccessTokens { get; private set; }
    }

    /// <summary>The state of trusted authentication, as far as it was asked for and may be seen.</summary>
    public sealed class AuthSettings : Model
    {
        [Wire("auth_type", Promised = true)] public string AuthType { get; private set; }

        [Wire("cluster_preferences")]
        public ClusterPreferences ClusterPreferences { get; private set; }

        [Wire("org_preferences")]
        public IReadOnlyList<OrgPreferences> OrgPreferences { get; private set; }
    }
}
