using System.Collections.Generic;

namespace Gatepass.Sdk
{
    /// <summary>
    /// Who the caller is, in the Org of its session or token. Words that a newer server may add to
    /// are text.
    /// </summary>
    public sealed class User : Model
    {
        [Wire("id", Promised = true)] public string Id { get; private set; }

        [Wire("name", Promised = true)] public string Name { get; private set; }

        [Wire("display_name", Promised = true)] public string DisplayName { get; private set; }

        [Wire("visibility", Promised = true)] public string Visibility { get; private set; }

        [Wire("author_id")] public string AuthorId { get; private set; }

        [Wire("can_change_password")] public bool? CanChangePassword { get; private set; }

        [Wire("complete_detail")] public bool? CompleteDetail { get; private set; }

        [Wire("creation_time_in_millis")] public long? CreationTimeInMillis { get; private set; }

        [Wire("current_org")] public OrgReference CurrentOrg { get; private set; }

        [Wire("deleted")] public bool? Deleted { get; private set; }

        [Wire("deprecated")] public bool? Deprecated { get; private set; }

        [Wire("account_type")] public string AccountType { get; private set; }

        [Wire("account_status")] public string AccountStatus { get; private set; }

        [Wire("email")] public string Email { get; private set; }

        [Wire("expiration_time_in_millis")]
        public long? ExpirationTimeInMillis { get; private set; }

        [Wire("external")] public bool? External { get; private set; }

        [Wire("favorite_metadata")]
        public IReadOnlyList<FavoriteMetadata> FavoriteMetadata { get; private set; }

        [Wire("first_login_time_in_millis")]
        public long? FirstLoginTimeInMillis { get; private set; }

        [Wire("group_mask")] public long? GroupMask { get; private set; }

        [Wire("hidden")] public bool? Hidden { get; private set; }

        [Wire("home_liveboard")] public Reference HomeLiveboard { get; private set; }

        [Wire("incomplete_details")] public object IncompleteDetails { get; private set; }

        [Wire("is_first_login")] public bool? IsFirstLogin { get; private set; }

        [Wire("modification_time_in_millis")]
        public long? ModificationTimeInMillis { get; private set; }

        [Wire("modifier_id")] public string ModifierId { get; private set; }

        [Wire("notify_on_share")] public bool? NotifyOnShare { get; private set; }

        [Wire("onboarding_experience_completed")]
        public bool? OnboardingExperienceCompleted { get; private set; }

        [Wire("orgs")] public IReadOnlyList<OrgReference> Orgs { get; private set; }

        [Wire("owner_id")] public string OwnerId { get; private set; }

        [Wire("parent_type")] public string ParentType { get; private set; }

        [Wire("privileges")] public IReadOnlyList<string> Privileges { get; private set; }

        [Wire("show_onboarding_experience")]
        public bool? ShowOnboardingExperience { get; private set; }

        [Wire("super_user")] public bool? SuperUser { get; private set; }

        [Wire("system_user")] public bool? SystemUser { get; private set; }

        [Wire("tags")] public IReadOnlyList<Reference> Tags { get; private set; }

        [Wire("tenant_id")] public string TenantId { get; private set; }

        [Wire("user_groups")] public IReadOnlyList<Reference> UserGroups { get; private set; }

        [Wire("user_inherited_groups")]
        public IReadOnlyList<Reference> UserInheritedGroups { get; private set; }

        [Wire("welcome_email_sent")] public bool? WelcomeEmailSent { get; private set; }

        [Wire("org_privileges")]
        public IReadOnlyDictionary<string, IReadOnlyList<string>> OrgPrivileges { get; private set; }

        [Wire("preferred_locale")] public string PreferredLocale { get; private set; }

        [Wire("use_browser_language")] public bool? UseBrowserLanguage { get; private set; }

        [Wire("extended_properties")]
        public IReadOnlyDictionary<string, object> ExtendedProperties { get; private set; }

        [Wire("extended_preferences")]
        public IReadOnlyDictionary<string, object> ExtendedPreferences { get; private set; }

        [Wire("user_parameters")]
        public IReadOnlyDictionary<string, object> UserParameters { get; private set; }

        [Wire("access_control_properties")]
        public IReadOnlyDictionary<string, object> AccessControlProperties { get; private set; }

        [Wire("variable_values")]
        public IReadOnlyDictionary<string, object> VariableValues { get; private set; }
    }

    /// <summary>An object that a user keeps at hand.</summary>
    public sealed class FavoriteMetadata : Model
    {
        [Wire("id", Promised = true)] public string Id { get; private set; }

        [Wire("name")] public string Name { get; private set; }

        [Wire("type")] public string Type { get; private set; }
    }
}
